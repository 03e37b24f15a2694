"""The files of `deploy/`: valid, consistent with each other and with the code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis import config
from tests.support.sources import PACKAGES, ROOT, imported_by
from tools.deployment.env_files import settings_in
from tools.environment import GATEWAY, SERVICES
from tools.processes import CLASSES

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = (*SERVICES, GATEWAY)
COMMANDS = ("cli", "environment", "healthcheck", "processes")


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        ["yamllint", "--strict", "-c", ".yamllint.yaml", "compose.yaml"],
        ["hadolint", "Dockerfile"],
        ["bash", "-n", "postgres/create.sh"],
    ],
    ids=lambda command: command[0],
)
def test_a_checker_finds_nothing(command: list[str]):
    here = Path(sys.executable).parent  # where the tools of the environment are
    path = f"{here}{os.pathsep}{os.environ['PATH']}"

    checked = subprocess.run(
        command, cwd=DEPLOY, env=os.environ | {"PATH": path}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_service_has_its_containers():
    migrations = {f"migrate-{service}" for service in SERVICES}

    assert set(CONTAINERS) == {*OURS, *migrations, "postgresql", "rabbitmq", "nginx"}


def test_only_nginx_can_be_reached():
    assert {name for name, each in CONTAINERS.items() if "ports" in each} == {"nginx"}


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_a_container_is_confined(name: str):
    container = CONTAINERS[name]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in container["security_opt"]
    assert int(container["user"].partition(":")[0]) > 0


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_told_its_own_settings_and_no_others(name: str):
    assert [Path(file).name for file in CONTAINERS[name]["env_file"]] == [f"{name}.env"]
    assert "environment" not in CONTAINERS[name]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_its_migration_and_never_as_its_owner(service: str):
    migration = CONTAINERS[f"migrate-{service}"]
    waits_for = CONTAINERS[service]["depends_on"]

    assert migration["command"] == ["primaries", "migrate", service]
    assert migration["restart"] == "no"
    assert Path(migration["env_file"][0]).name == f"{service}.migrate.env"
    assert waits_for[f"migrate-{service}"] == {
        "condition": "service_completed_successfully"
    }


def test_the_gateway_sees_no_database():
    assert "data" not in CONTAINERS[GATEWAY]["networks"]
    assert "data" not in CONTAINERS["nginx"]["networks"]


def test_every_file_of_settings_has_an_example():
    files = {file for each in CONTAINERS.values() for file in each.get("env_file", [])}
    names = {Path(file).name for file in files}

    assert names == {
        path.name.removesuffix(".example")
        for path in (DEPLOY / "env").iterdir()
        if not path.name.startswith("operator")
    }


def test_every_file_that_a_container_mounts_is_there():
    mounts = [v for each in CONTAINERS.values() for v in each.get("volumes", [])]
    paths = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]

    assert paths
    assert not [path for path in paths if not (DEPLOY / path).exists()]


def test_the_example_names_every_setting():
    known = set(settings_in(ROOT / ".env.example"))
    told = set(re.findall(r"^    (PRIMARIES_[A-Z_]+) ", str(config.__doc__), re.M))
    used = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))

    assert "PRIMARIES_PRINCIPAL_KEY" in told
    assert told | used <= known


def test_the_databases_made_are_those_of_the_services():
    script = (DEPLOY / "postgres/create.sh").read_text(encoding="utf-8")

    assert f"for service in {' '.join(SERVICES)}; do" in script


@pytest.mark.parametrize("service", OURS)
def test_an_image_holds_what_its_service_imports_and_no_other_service(service: str):
    held = copied_for(service)
    entry = CLASSES[service].rpartition(".")[0]
    reached = reached_from({entry, *(f"tools.{name}" for name in COMMANDS)})

    assert {path for path in reached if not is_held(path, held)} == set()
    assert [each for each in OURS if is_held(home_of(each), held)] == [service]


def home_of(service: str) -> str:
    return GATEWAY if service == GATEWAY else f"services/{service}"


def is_held(path: str, held: set[str]) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in held)


def copied_for(service: str) -> set[str]:
    """What the stages on which the service's image is built copy from here."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    by_name = {stage.split()[2]: stage for stage in stages}
    copied: set[str] = set()
    name = f"service-{service}"
    while name in by_name:
        stage = by_name[name]
        for line in re.findall(r"^COPY (?!--)(.+)$", stage, re.MULTILINE):
            copied |= set(line.split()[:-1])
        name = stage.split()[0]
    return copied


def reached_from(entries: set[str]) -> set[str]:
    """The files of every module of ours that these import, and those in turn."""
    waiting, seen = set(entries), set()
    while waiting:
        found = {file for name in waiting if (file := file_of(name))} - seen
        seen |= found
        waiting = {name for file in found for name in imported_by(ROOT / file)}
    return seen


def file_of(name: str) -> str | None:
    """The file of a module, or of the one that an imported name stands in."""
    if name.split(".", maxsplit=1)[0] not in PACKAGES:
        return None
    path = name.replace(".", "/")
    for file in (f"{path}.py", f"{path}/__init__.py"):
        if (ROOT / file).is_file():
            return file
    return file_of(name.rpartition(".")[0])


def test_the_walk_through_the_imports_sees_what_is_imported():
    reached = reached_from({"services.tally.service"})

    assert {"belenios/ballots.py", "contracts/voting/events.py"} <= reached
