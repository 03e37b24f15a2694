"""A process's settings: from the environment, once, at the start.

    PRIMARIES_AMQP_URI                 memory:// or amqp://user:password@host/vhost
    PRIMARIES_TOPOLOGY                 given: the broker has imported its queues;
                                       declared (the default): the services make them
    PRIMARIES_<SERVICE>_DATABASE_URL   sqlite:///… or postgresql+psycopg2://…
    PRIMARIES_<SERVICE>_VAULT_KEY      32 bytes, base64: personal data at rest
    PRIMARIES_PRINCIPAL_KEY            32 bytes, base64: registration signs with it
    PRIMARIES_PRINCIPAL_PUBLIC_KEY     32 bytes, base64: everybody checks with it
    PRIMARIES_ROLL_KEY                 32 bytes, base64: telephones on their way from
                                       registration's roll to voting's
    PRIMARIES_VOTING_SIGNING_KEY       32 bytes, base64: voting signs the heads of
                                       the boards' trees with it
    PRIMARIES_BOOTSTRAP_SECRET         opens the first administrator's session
    PRIMARIES_HTTP_ADDRESS             where the gateway listens, host:port
    PRIMARIES_HTTP_PATIENCE            seconds it waits for a client (5)
    PRIMARIES_CONTACT                  where the pages send whoever needs help or has
                                       found a hole: mailto:…, tel:… or https://…
    PRIMARIES_HEALTH_ADDRESS           where /healthz, /readyz and /metrics are asked
                                       for, host:port; not set: nowhere
    PRIMARIES_READY_OUTBOX_SECONDS     not ready when an event waits longer for the
                                       relay (30)
    PRIMARIES_READY_IN_HAND_SECONDS    … when a batch of events takes longer, or
                                       one of them is older (60)
    PRIMARIES_READY_BACKLOG            … when more events wait in one queue (10000)
    PRIMARIES_CLOCK_FILE               rehearsals only: the shared clock
    PRIMARIES_DEMO                     1: demonstration aids (telephone inbox, ribbon)
    PRIMARIES_SMS_URL, …_SMS_KEY       the provider that delivers codes

A missing variable, or one that cannot be used, stops the process and is named; its
value never is. Secrets have no default.
"""

from __future__ import annotations

import base64
import binascii
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from chassis.clock import Clock, clock_from

_KEY = 32  # bytes
_BUSES = ("memory", "amqps", "amqp")
_DATABASES = ("sqlite", "postgresql", "postgresql+psycopg2")


class SettingUnusable(Exception):
    """A variable of the environment keeps this process from working."""


class SettingMissing(SettingUnusable):
    """A variable that this process cannot start without is not set."""


class SettingWrong(SettingUnusable):
    """A variable is set to something that it cannot be."""


@dataclass(frozen=True)
class Settings:
    """The settings of one service in one process."""

    service: str
    environment: Mapping[str, str] = field(repr=False)  # it holds secrets

    def text(self, name: str, default: str | None = None) -> str:
        """The variable `PRIMARIES_<name>`; without a default it must be set."""
        value = self.environment.get(f"PRIMARIES_{name}", default)
        if value is None or (value == "" and default is None):
            raise SettingMissing(f"PRIMARIES_{name} is not set (see .env.example)")
        return value

    def own(self, name: str, default: str | None = None) -> str:
        """The variable `PRIMARIES_<SERVICE>_<name>`."""
        return self.text(f"{self.service.upper()}_{name}", default)

    def secret(self, name: str) -> bytes:
        """A variable that holds a key in base64."""
        try:
            key = base64.b64decode(self.text(name), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY:
            raise _wrong(name, f"{_KEY} bytes in base64")
        return key

    def number(self, name: str, default: str) -> float:
        """A variable that holds a number, not below zero."""
        try:
            number = float(self.text(name, default))
        except ValueError:
            number = math.nan
        if not 0 <= number < math.inf:
            raise _wrong(name, "a number")
        return number

    @cached_property
    def amqp_uri(self) -> str:
        """Where the bus is."""
        return _address("AMQP_URI", self.text("AMQP_URI"), _BUSES)

    @cached_property
    def database_url(self) -> str:
        """Where this service's database is."""
        name = f"{self.service.upper()}_DATABASE_URL"
        return _address(name, self.text(name), _DATABASES)

    @cached_property
    def vault_key(self) -> bytes:
        """The key of this service's personal data."""
        return self.secret(f"{self.service.upper()}_VAULT_KEY")

    @cached_property
    def principal_public_key(self) -> Ed25519PublicKey:
        """Checks who is asking."""
        return Ed25519PublicKey.from_public_bytes(self.secret("PRINCIPAL_PUBLIC_KEY"))

    @cached_property
    def principal_key(self) -> Ed25519PrivateKey:
        """Signs who is asking; only registration has it."""
        return Ed25519PrivateKey.from_private_bytes(self.secret("PRINCIPAL_KEY"))

    @cached_property
    def roll_key(self) -> bytes:
        """Opens the telephones of the roll; registration and voting share it."""
        return self.secret("ROLL_KEY")

    @cached_property
    def signing_key(self) -> Ed25519PrivateKey:
        """Signs what this service publishes for anybody to check."""
        name = f"{self.service.upper()}_SIGNING_KEY"
        return Ed25519PrivateKey.from_private_bytes(self.secret(name))

    @cached_property
    def bootstrap_secret(self) -> str:
        """Opens the first administrator's session; only registration has it."""
        return self.text("BOOTSTRAP_SECRET")

    @cached_property
    def log_level(self) -> str:
        """How much the process logs."""
        level = self.text("LOG_LEVEL", "") or "INFO"
        if level not in logging.getLevelNamesMapping():
            raise _wrong("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR")
        return level

    @cached_property
    def http_address(self) -> str:
        """Where the gateway listens."""
        return self.text("HTTP_ADDRESS", "127.0.0.1:8080")

    @cached_property
    def http_patience(self) -> float:
        """Seconds for the next piece of a request, or the next request."""
        return self.number("HTTP_PATIENCE", "5")

    @cached_property
    def contact(self) -> str:
        """Where people turn to, as a URI; empty: nobody has said."""
        return self.text("CONTACT", "")

    @cached_property
    def health_address(self) -> str:
        """Where the process tells of its health; empty: nowhere."""
        return self.text("HEALTH_ADDRESS", "")

    @cached_property
    def ready_outbox_seconds(self) -> float:
        """How long an event may wait for the relay."""
        return self.number("READY_OUTBOX_SECONDS", "30")

    @cached_property
    def ready_in_hand_seconds(self) -> float:
        """How long a batch of events may take."""
        return self.number("READY_IN_HAND_SECONDS", "60")

    @cached_property
    def ready_backlog(self) -> int:
        """How many events may wait in one queue."""
        return int(self.number("READY_BACKLOG", "10000"))

    @cached_property
    def is_demo(self) -> bool:
        """Is this a demonstration?"""
        return self.text("DEMO", "0") == "1"

    @cached_property
    def clock(self) -> Clock:
        """The clock of this process."""
        return clock_from(self.text("CLOCK_FILE", "") or None)

    @cached_property
    def data_directory(self) -> Path:
        """Where files that are no database may be kept."""
        return Path(self.text("DATA_DIRECTORY", "var"))

    def for_nameko(self) -> dict[str, object]:
        """The configuration of this service's container."""
        return {
            "AMQP_URI": self.amqp_uri,
            "TOPOLOGY": self.text("TOPOLOGY", "declared"),
            "HEARTBEAT": 20,
            "max_workers": int(self.number("MAX_WORKERS", "50")),
            "MAX_WAITING": int(self.number("MAX_WAITING", "100")),
            "settings": self,
        }


def _wrong(name: str, what: str) -> SettingWrong:
    return SettingWrong(f"PRIMARIES_{name} is not {what} (see .env.example)")


def _address(name: str, uri: str, schemes: tuple[str, ...]) -> str:
    """The URI, if it can be one; it may hold a password, so it is not repeated."""
    try:
        parts = urlsplit(uri)
        usable = parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise _wrong(name, f"an address that begins with {schemes[-1]}://")
    return uri
