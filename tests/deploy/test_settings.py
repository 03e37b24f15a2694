"""The settings of a deployment: complete, consistent, and for their owner alone."""

from __future__ import annotations

import importlib
import json
import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from nameko.rpc import get_rpc_exchange

from chassis.config import Settings
from chassis.topology import CALLS
from tests.support.sources import ROOT, imported_by
from tools.cli import main
from tools.deployment.definitions import CALLS_BETWEEN_SERVICES
from tools.deployment.env_files import settings_in
from tools.environment import GATEWAY, SERVICES

PRIMARY = str(ROOT / "deploy/primaries/nur-otan-2020.yaml")


def run(command: str, directory: Path, *arguments: str) -> Result:
    known = [command, "--directory", str(directory), *arguments]
    return CliRunner().invoke(main, known)


def write_secrets(directory: Path) -> Result:
    return run("deployment-secrets", directory, "--examples", str(ROOT / "deploy/env"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("deployment") / "settings"
    assert write_secrets(directory).exit_code == 0
    assert (
        run("rabbitmq-definitions", directory, "--definition", PRIMARY).exit_code == 0
    )
    return directory


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_use_what_was_written_for_it(written: Path, service: str):
    settings = Settings(service, settings_in(written / f"{service}.env"))
    database = urlsplit(settings.database_url)

    assert urlsplit(settings.amqp_uri).username == service
    assert (database.username, database.path) == (service, f"/{service}")
    assert settings.principal_public_key


def test_all_check_what_registration_signs(written: Path):
    signing = Settings("registration", settings_in(written / "registration.env"))
    public = signing.principal_key.public_key()

    for name in (*SERVICES, GATEWAY):
        reading = Settings(name, settings_in(written / f"{name}.env"))
        assert reading.principal_public_key == public


@pytest.mark.parametrize("service", SERVICES)
def test_the_database_is_told_the_passwords_of_its_roles(written: Path, service: str):
    told = settings_in(written / "postgresql.env")
    name = f"PRIMARIES_{service.upper()}"

    for role, file in (("", f"{service}.env"), ("_OWNER", f"{service}.migrate.env")):
        url = settings_in(written / file)[f"{name}_DATABASE_URL"]
        assert urlsplit(url).password == told[f"{name}{role}_PASSWORD"]


def test_no_two_users_share_a_password(written: Path):
    texts = [path.read_text() for path in written.glob("*.env")]
    passwords = {
        (scheme, user): password
        for text in texts
        for scheme, user, password in re.findall(r"(\w+)://(\w+):(\w+)@", text)
    }

    assert len(passwords) == len(set(passwords.values())) == 6 + 2 * len(SERVICES)


def test_only_the_owner_reads_them(written: Path):
    files = [*written.glob("*.env"), *written.glob("regions/*.env")]

    assert stat.S_IMODE(written.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_keys_in_use_are_never_replaced(written: Path):
    before = (written / "voting.env").read_bytes()

    again = write_secrets(written)

    assert again.exit_code == 1
    assert "voting.env" in again.output
    assert (written / "voting.env").read_bytes() == before


def test_what_a_person_must_add_is_named(tmp_path: Path):
    said = write_secrets(tmp_path / "settings").output

    empty = {line.split()[2] for line in said.splitlines() if "Still empty" in line}
    assert empty == {"PRIMARIES_SMS_URL", "PRIMARIES_SMS_KEY", "PRIMARIES_CONTACT"}


def test_every_region_of_the_primary_has_a_user_and_keeps_its_password(written: Path):
    before = (written / "regions/KZ-AKM.env").read_text()
    run("rabbitmq-definitions", written, "--definition", PRIMARY)
    users = json.loads((written / "definitions.json").read_text())["users"]
    regions = [user["name"] for user in users if user["name"].startswith("region.")]

    assert len(regions) == 17 + 1  # and the country, for what concerns it whole
    assert (written / "regions/KZ-AKM.env").read_text() == before


def test_the_definitions_hold_no_password(written: Path):
    text = (written / "definitions.json").read_text()
    uris = [
        settings_in(path).get("PRIMARIES_AMQP_URI", "")
        for path in written.rglob("*.env")
    ]
    passwords = [password for uri in uris if (password := urlsplit(uri).password)]

    assert len(passwords) == 6 + 18
    assert not [password for password in passwords if password in text]


def test_definitions_need_the_settings_first(tmp_path: Path):
    refused = run("rabbitmq-definitions", tmp_path)

    assert refused.exit_code == 1
    assert "registration.env" in refused.output


def test_a_service_calls_only_what_its_user_may_call():
    called = {name: operations_named_in(name) for name in SERVICES}

    assert {name: found for name, found in called.items() if found} == {
        name: {operation.__qualname__ for operation in operations}
        for name, operations in CALLS_BETWEEN_SERVICES.items()
    }


def operations_named_in(service: str) -> set[str]:
    """The operations of others that a service's modules import."""
    return {
        name.rpartition(".")[2]
        for path in (ROOT / "services" / service).rglob("*.py")
        for name in imported_by(path)
        for other in set(SERVICES) - {service}
        if name.startswith(f"contracts.{other}.operations.") and is_operation(name)
    }


def is_operation(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    return hasattr(getattr(importlib.import_module(module), attribute), "Response")


def test_calls_travel_through_the_exchange_we_guard():
    assert get_rpc_exchange({}).name == CALLS
