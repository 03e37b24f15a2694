"""The embedded default: everything is there, keys are made once and kept private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from chassis.config import Settings
from tools.cli import main
from tools.environment import KEYS, SERVICES, embedded_environment


def test_every_service_finds_what_it_needs(tmp_path: Path):
    environment = embedded_environment(tmp_path, {})

    for service in SERVICES:
        settings = Settings(service, environment)
        assert settings.amqp_uri == "memory://"
        assert settings.database_url == f"sqlite:///{tmp_path / service}.db"
        assert len(settings.vault_key) == 32
        public = settings.principal_key.public_key()
        assert public == settings.principal_public_key


def test_keys_are_made_once_and_are_the_owners_alone(tmp_path: Path):
    first = embedded_environment(tmp_path, {})

    assert embedded_environment(tmp_path, {}) == first
    assert stat.S_IMODE((tmp_path / KEYS).stat().st_mode) == 0o600


def test_no_two_services_share_a_key(tmp_path: Path):
    environment = embedded_environment(tmp_path, {})
    keys = [environment[f"PRIMARIES_{each.upper()}_VAULT_KEY"] for each in SERVICES]

    assert len({*keys, environment["PRIMARIES_ROLL_KEY"]}) == len(SERVICES) + 1


def test_what_is_set_already_stays(tmp_path: Path):
    given = {"PRIMARIES_AMQP_URI": "amqp://broker/", "PRIMARIES_ROLL_KEY": ""}

    environment = embedded_environment(tmp_path, given)

    assert environment["PRIMARIES_AMQP_URI"] == "amqp://broker/"
    assert environment["PRIMARIES_ROLL_KEY"]  # empty is as good as not set


@pytest.mark.parametrize("command", ["define", "demo", "run", "subscribe", "up"])
def test_every_command_shows_how_it_is_used(command: str):
    shown = CliRunner().invoke(main, [command, "--help"])

    assert shown.exit_code == 0
    assert f"primaries {command}" in shown.output
