"""Who knows one service knows them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sources import imported_by, modules, name_of, services

EVERY_SERVICE_HAS = {
    "__init__.py",
    "service.py",
    "models.py",
    "queries.py",
    "handlers.py",
    "migrations/env.py",
    "migrations/versions/0001_initial.py",
}
# Tables know nothing of those who use them; reads know the tables.
MAY_IMPORT = {"settings": set(), "models": {"settings"}}
MAY_IMPORT["queries"] = {"models", "settings"}
NAMES_THAT_TELL_NOTHING = {
    "base",
    "common",
    "core",
    "helpers",
    "managers",
    "misc",
    "utils",
}


@pytest.mark.parametrize("service", services(), ids=name_of)
def test_every_service_has_the_same_files(service: Path):
    missing = {name for name in EVERY_SERVICE_HAS if not (service / name).is_file()}

    assert missing == set()


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
@pytest.mark.parametrize("service", services(), ids=name_of)
def test_inside_a_service_imports_point_down(service: Path, module: str):
    path = service / f"{module}.py"
    imported = imported_by(path) if path.exists() else set()

    own = f"services.{service.name}."
    siblings = {name.removeprefix(own) for name in imported if name.startswith(own)}
    assert {name.split(".")[0] for name in siblings} <= MAY_IMPORT[module]


def test_the_name_of_a_module_tells_what_it_deals_with():
    assert {path for path in modules() if path.stem in NAMES_THAT_TELL_NOTHING} == set()


def test_services_is_a_namespace_so_that_one_service_can_be_shipped_alone():
    assert not any(path.parent.name == "services" for path in modules())
