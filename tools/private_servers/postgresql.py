"""A private PostgreSQL cluster: own port, password and files."""

from __future__ import annotations

import os
import pwd
import secrets
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tools.private_servers.programs import (
    LOOPBACK,
    Program,
    ServerUnavailable,
    find_program,
    free_ports,
    identity_of,
    make_home,
    running,
)

INSTALLED = "/usr/lib/postgresql/*/bin/initdb"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
}
#: what is stored dies with the process: durability would only cost time
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A running cluster: where it listens, and how it is started again."""

    url: str
    data: Path
    server: Program

    def answers(self) -> bool:
        """Whether it takes connections and answers them."""
        return _answers_sql(self.url)


@contextmanager
def private_postgresql(directory: Path) -> Iterator[str]:
    """Run a PostgreSQL cluster with its files under the directory; gives its URL."""
    with private_cluster(directory) as cluster:
        yield cluster.url


@contextmanager
def private_cluster(directory: Path, *, durable: bool = False) -> Iterator[Cluster]:
    """Run a PostgreSQL cluster and give it whole, for those who break it.

    A durable one keeps through a crash whatever it has committed.
    """
    programs = find_program(INSTALLED, "initdb").parent
    home = make_home(directory, "postgresql")
    account = _unprivileged_account()
    if account is not None:
        os.chown(home, account.pw_uid, account.pw_gid)
        # The account must be able to walk through; to list it still may not.
        directory.chmod(directory.stat().st_mode | stat.S_IXOTH)
    (port,) = free_ports(1)
    password = secrets.token_hex(16)
    _initialise_cluster(programs, home, password=password, account=account)
    settings = SETTINGS | ({} if durable else FORGETFUL) | {"port": str(port)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    server = Program(
        command=[str(programs / "postgres"), "-D", str(home / "data"), *options],
        log=home / "server.log",
        account=account,
        # PostgreSQL's "fast" stop; on SIGTERM it waits for clients to leave.
        stop_signal=signal.SIGINT,
    )
    credentials = f"postgres:{password}"
    url = f"postgresql+psycopg2://{credentials}@{LOOPBACK}:{port}/postgres"
    cluster = Cluster(url=url, data=home / "data", server=server)
    with running(server, cluster.answers):
        yield cluster


def create_database(url: str, name: str) -> str:
    """Create a database beside the one the URL names; gives the new one's URL."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    quoted = engine.dialect.identifier_preparer.quote_identifier(name)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {quoted}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _unprivileged_account() -> pwd.struct_passwd | None:
    """The account PostgreSQL runs as when we are root, whom it refuses."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name: account for account in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _initialise_cluster(
    programs: Path, home: Path, *, password: str, account: pwd.struct_passwd | None
) -> None:
    password_file = home / "password"
    password_file.write_text(password)
    who = {} if account is None else identity_of(account)
    if account is not None:
        os.chown(password_file, account.pw_uid, account.pw_gid)
    finished = subprocess.run(
        [
            str(programs / "initdb"),
            f"--pgdata={home / 'data'}",
            "--username=postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        **who,
    )
    password_file.unlink()
    if finished.returncode != 0:
        message = f"initdb failed: {finished.stderr[-2000:]}"
        raise ServerUnavailable(message)


def _answers_sql(url: str) -> bool:
    engine = create_engine(url)
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True
