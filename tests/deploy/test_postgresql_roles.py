"""The roles and databases that `deploy/postgres/create.sh` makes."""

from __future__ import annotations

import os
import subprocess

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.migrations import upgrade
from tests.support.sources import ROOT
from tools.environment import SERVICES

pytestmark = pytest.mark.integration


def passwords() -> dict[str, str]:
    names = [f"PRIMARIES_{service.upper()}" for service in SERVICES]
    owners = {f"{name}_OWNER_PASSWORD": f'{name}\'s "owner"' for name in names}
    return owners | {f"{name}_PASSWORD": f"{name} serves" for name in names}


@pytest.fixture(scope="module")
def superuser(postgresql_url: str) -> sa.URL:
    made = sa.make_url(postgresql_url)
    create(made)
    return made


def create(superuser: sa.URL) -> None:
    server = {
        "PGHOST": str(superuser.host),
        "PGPORT": str(superuser.port),
        "PGUSER": str(superuser.username),
        "PGPASSWORD": str(superuser.password),
        "PATH": os.environ["PATH"],
    }
    script = ROOT / "deploy/postgres/create.sh"
    done = subprocess.run(
        [script], env=server | passwords(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def url_of(superuser: sa.URL, service: str, *, owner: bool = False) -> str:
    name = f"PRIMARIES_{service.upper()}{'_OWNER' if owner else ''}_PASSWORD"
    url = superuser.set(
        database=service,
        username=f"{service}_owner" if owner else service,
        password=passwords()[name],
    )
    return url.render_as_string(hide_password=False)


def say(url: str, statement: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("service", SERVICES)
def test_an_owner_migrates_and_its_service_changes_rows(
    superuser: sa.URL, service: str
):
    upgrade(service, url_of(superuser, service, owner=True))

    serving = url_of(superuser, service)
    say(serving, "DELETE FROM outbox")
    with pytest.raises(ProgrammingError, match="permission denied"):
        say(serving, "CREATE TABLE mine (id int)")
    with pytest.raises(ProgrammingError, match="must be owner"):
        say(serving, "DROP TABLE outbox")
    with pytest.raises(ProgrammingError, match="permission denied"):
        say(serving, "TRUNCATE outbox")


def test_no_service_sees_the_database_of_another(superuser: sa.URL):
    theirs = sa.make_url(url_of(superuser, "registration")).set(database="voting")

    with pytest.raises(OperationalError, match="permission denied for database"):
        say(theirs.render_as_string(hide_password=False), "SELECT 1")


def test_making_them_again_keeps_what_is_there(superuser: sa.URL):
    upgrade("tally", url_of(superuser, "tally", owner=True))
    create(superuser)

    say(url_of(superuser, "tally"), "SELECT * FROM outbox")
