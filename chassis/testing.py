"""The chassis' own fakes and a way to run services inside a test."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import eventlet
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis import memory_bus
from chassis.auth import Grant, Principal, Role, Voter, sign_principal
from chassis.config import Settings
from chassis.events import Envelope, Event
from chassis.ids import new_id
from chassis.outbox import OUTBOX
from chassis.rpc import RpcClient
from chassis.runner import Runner


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, instant: datetime | str = "2020-08-17T06:00:00+00:00") -> None:
        self.set(instant)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._instant

    def set(self, instant: datetime | str) -> None:
        """Move to an instant; text is read as ISO 8601 and must carry a zone."""
        if isinstance(instant, str):
            instant = datetime.fromisoformat(instant)
        self._instant = instant.astimezone(UTC)

    def tick(self, **delta: float) -> None:
        """Move on by a `timedelta`'s arguments."""
        self._instant += timedelta(**delta)


class CollectingSender:
    """A way to telephones that ends in a list."""

    forgets = True

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, telephone: str, text: str) -> None:
        """Remember."""
        self.sent.append((telephone, text))


def recorded(session: Session, event: type[Event]) -> list[dict[str, Any]]:
    """The data of the events of this type that wait in the outbox."""
    rows = session.execute(
        sa.select(OUTBOX).where(OUTBOX.c.type == event.type).order_by(OUTBOX.c.position)
    )
    return [row.data for row in rows]


def an_envelope(event: type[Event], **facts: Any) -> Envelope:
    """An event as another service would have published it."""
    return Envelope(
        id=str(new_id()),
        type=event.type,
        time=datetime(2020, 8, 17, tzinfo=UTC),
        data=event.form(facts),
    )


def a_principal(
    *roles: Role | Grant,
    subject: str = "1f6f0f0e-0000-4000-8000-000000000001",
    primary: str = "test-2020",
    voter: Voter | None = None,
) -> Principal:
    """Somebody who holds these roles."""
    grants = tuple(r if isinstance(r, Grant) else Grant(role=r) for r in roles)
    return Principal(subject=subject, primary=primary, grants=grants, voter=voter)


TEST_KEY = Ed25519PrivateKey.from_private_bytes(b"a key that only tests ever know!")


def a_token(principal: Principal, clock: Any) -> str:
    """The principal, signed with the tests' key for an hour."""
    return sign_principal(principal, TEST_KEY, clock, timedelta(hours=1))


def test_environment(directory: Path, **more: str) -> dict[str, str]:
    """Everything a service needs to start: memory bus, SQLite, throw-away keys."""
    services = ("registration", "campaign", "voting", "tally")
    key = base64.b64encode(b"32 bytes that only a test knows!").decode()
    environment = {
        "PRIMARIES_AMQP_URI": "memory://",
        "PRIMARIES_DEMO": "1",
        "PRIMARIES_BOOTSTRAP_SECRET": "let the first administrator in",
        "PRIMARIES_ROLL_KEY": key,
        "PRIMARIES_VOTING_SIGNING_KEY": _b64(TEST_KEY.private_bytes_raw()),
        "PRIMARIES_PRINCIPAL_KEY": _b64(TEST_KEY.private_bytes_raw()),
        "PRIMARIES_PRINCIPAL_PUBLIC_KEY": _b64(
            TEST_KEY.public_key().public_bytes_raw()
        ),
    }
    for service in services:
        url = f"sqlite:///{directory}/{service}.db"
        environment[f"PRIMARIES_{service.upper()}_DATABASE_URL"] = url
        environment[f"PRIMARIES_{service.upper()}_VAULT_KEY"] = key
    return environment | more


test_environment.__test__ = False  # pyright: ignore (pytest would collect it)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class RpcClientProvider(DependencyProvider):
    """Gives `running` the client of the calling container."""

    client = RpcClient()


@contextmanager
def running(*services: type, environment: dict[str, str]) -> Iterator[RpcClient]:
    """Run services in this process; gives a client to call them with.

    Their databases must exist already (`chassis.migrations.upgrade`).
    """

    class Caller:
        name = "test_caller"
        client = RpcClientProvider()

    runner = Runner(
        [(s, Settings(s.name, environment)) for s in services]  # pyright: ignore[reportAttributeAccessIssue]
        + [(Caller, Settings("test_caller", environment))]
    )
    assert runner.start()
    provider = next(iter(runner._containers[-1].dependencies))  # noqa: SLF001
    try:
        yield provider.client
    finally:
        runner.stop()
        memory_bus.forget()


def eventually(condition: Any, *, seconds: float = 60.0) -> Any:
    """Wait until `condition()` is true and return it; AssertionError if it never is.

    The patience is for a busy machine; who waits for less waits for a promise.
    """
    with eventlet.Timeout(seconds, AssertionError(f"not within {seconds} s")):
        while not (result := condition()):
            eventlet.sleep(0.02)
        return result
