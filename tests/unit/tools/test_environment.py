"""The embedded default: everything is there, keys are made once and kept private."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from chassis.config import Settings
from tests.support.sources import ROOT
from tools.cli import main
from tools.environment import GATEWAY, KEYS, SERVICES, VAULTS, embedded_environment


def test_every_service_finds_what_it_needs(tmp_path: Path):
    environment = embedded_environment(tmp_path, {})

    for service in SERVICES:
        settings = Settings(service, environment)
        assert settings.amqp_uri == "memory://"
        assert settings.database_url == f"sqlite:///{tmp_path / service}.db"
        public = settings.principal_key.public_key()
        assert public == settings.principal_public_key
    assert Settings("voting", environment).signing_key


def test_keys_are_made_once_and_are_the_owners_alone(tmp_path: Path):
    first = embedded_environment(tmp_path, {})

    assert embedded_environment(tmp_path, {}) == first
    assert stat.S_IMODE((tmp_path / KEYS).stat().st_mode) == 0o600


def test_keys_that_a_newer_version_needs_are_added_to_those_kept(tmp_path: Path):
    first = embedded_environment(tmp_path, {})
    name, path = "PRIMARIES_VOTING_SIGNING_KEY", tmp_path / KEYS
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({k: v for k, v in kept.items() if k != name}))

    then = embedded_environment(tmp_path, {})

    assert {k for k in then if then[k] != first[k]} == {name}
    assert embedded_environment(tmp_path, {}) == then
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_two_services_share_a_key(tmp_path: Path):
    environment = embedded_environment(tmp_path, {})
    keys = [Settings(each, environment).vault_key for each in VAULTS]
    keys.append(Settings("voting", environment).roll_key)

    assert [len(key) for key in keys] == [32] * 4
    assert len(set(keys)) == 4


def test_what_is_set_already_stays(tmp_path: Path):
    given = {"PRIMARIES_AMQP_URI": "amqp://broker/", "PRIMARIES_ROLL_KEY": ""}

    environment = embedded_environment(tmp_path, given)

    assert environment["PRIMARIES_AMQP_URI"] == "amqp://broker/"
    assert environment["PRIMARIES_ROLL_KEY"]  # empty is as good as not set


def test_every_process_has_an_example_of_its_environment():
    known = variables(ROOT / ".env.example")
    given = {
        name: variables(ROOT / "deploy" / "env" / f"{name}.env.example")
        for name in (*SERVICES, GATEWAY)
    }

    assert all(names <= known for names in given.values())
    assert {n for n, names in given.items() if "PRIMARIES_PRINCIPAL_KEY" in names} == {
        "registration"
    }
    for service, names in given.items():
        others = {each.upper() for each in SERVICES if each != service}
        assert not [name for name in names if name.split("_")[1] in others]


def variables(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return set(re.findall(r"^(PRIMARIES_\w+)=", text, re.MULTILINE))


@pytest.mark.parametrize("command", ["define", "demo", "run", "subscribe", "up"])
def test_every_command_shows_how_it_is_used(command: str):
    shown = CliRunner().invoke(main, [command, "--help"])

    assert shown.exit_code == 0
    assert f"primaries {command}" in shown.output
