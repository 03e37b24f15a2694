"""What RabbitMQ imports before anybody connects (`load_definitions`).

Exchanges, queues and bindings are those of the chassis, so that no event is published
before its listeners' queues are there; users, rights and policies are added to them.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kombu import Exchange, Queue

from chassis.stream_queues import stream_key, stream_of
from chassis.topology import (
    CALLS,
    PUBLIC_EXCHANGE,
    bindings_of,
    event_queue,
    event_queues,
    exchange_of,
    parked_exchange,
    parked_queue,
)
from contracts.registration.operations import ListRoll
from contracts.voting.operations import ReadRecords
from tools.deployment.rights import (
    EVERYTHING,
    Calls,
    Rights,
    rights_of_gateway,
    rights_of_region,
    rights_of_service,
)
from tools.environment import GATEWAY, SERVICES

Item = dict[str, Any]

VHOST = "primaries"
OPERATOR = "operator"
#: what one service asks another, besides all that the gateway asks
CALLS_BETWEEN_SERVICES: Calls = {"voting": (ListRoll,), "tally": (ReadRecords,)}

_MIB = 2**20
_DAY = 86_400
_REGIONS_OWN = "^region\\.[^.]+\\.(?!log$)"
_HASHING = "rabbit_password_hashing_sha256"
#: of one region, whatever its systems do wrong
_REGION_LIMITS = {"max-connections": 20, "max-channels": 100}


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The services that share a virtual host, and the regions that listen in."""

    services: tuple[str, ...] = SERVICES
    calls: Calls
    regions: tuple[str, ...] = ()
    #: those of them that are a whole country, whose stream every region may read
    countries: tuple[str, ...] = ()
    vhost: str = VHOST


def user_of_region(region: str) -> str:
    """The name with which a region's systems meet the broker."""
    return f"region.{region}"


def definitions_for(platform: Platform, passwords: Mapping[str, str]) -> Item:
    """The document to import; `passwords` by user."""
    rights = rights_by_user(platform)
    return {
        "vhosts": [{"name": platform.vhost}],
        "users": [_user(name, passwords[name]) for name in rights],
        "permissions": [_permission(platform, *each) for each in rights.items()],
        "topic_permissions": list(_topic_permissions(platform, rights)),
        "policies": [_policy(platform, **each) for each in _POLICIES],
        **_topology(platform),
    }


def rights_by_user(platform: Platform) -> dict[str, Rights]:
    """Every user, with what it may do."""
    return {
        **{name: rights_of_service(name, platform.calls) for name in platform.services},
        GATEWAY: rights_of_gateway(GATEWAY, platform.services, platform.calls),
        OPERATOR: EVERYTHING,
        **{
            user_of_region(code): rights_of_region(code, platform.countries)
            for code in platform.regions
        },
    }


def _user(name: str, password: str) -> Item:
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": _HASHING,
        "tags": ["monitoring"] if name == OPERATOR else [],
        "limits": _REGION_LIMITS if name.startswith("region.") else {},
    }


def _permission(platform: Platform, user: str, rights: Rights) -> Item:
    patterns = {
        "configure": rights.configure,
        "write": rights.write,
        "read": rights.read,
    }
    return {"user": user, "vhost": platform.vhost, **patterns}


def _topic_permissions(
    platform: Platform, users: Mapping[str, Rights]
) -> Iterator[Item]:
    for user, rights in users.items():
        for exchange, keys in rights.keys.items():
            place = {"user": user, "vhost": platform.vhost, "exchange": exchange}
            yield place | keys._asdict()


#: Queues that nobody reads any more cannot fill the broker. Those of the services'
#: own events have no limit: what waits there is needed, and its alarm is the backlog.
#: Nor are the regions' streams meant: their limits are in `chassis.stream_queues`.
_POLICIES: tuple[Item, ...] = (
    {
        "name": "regional-queues",
        "pattern": _REGIONS_OWN,
        "priority": 1,
        "definition": {
            "max-length": 100_000,
            "max-length-bytes": 64 * _MIB,
            "overflow": "drop-head",
            "expires": 7 * _DAY * 1000,
        },
    },
    {
        # the one above does not fit streams, so the broker takes this for them
        "name": "regional-streams",
        "pattern": _REGIONS_OWN,
        "priority": 0,
        "definition": {"max-length-bytes": 64 * _MIB, "max-age": "7D"},
    },
    {
        "name": "calls",
        "pattern": "^rpc[-.]",
        "priority": 0,
        "definition": {"max-length": 10_000, "max-length-bytes": 256 * _MIB},
    },
)


def _policy(platform: Platform, **policy: Any) -> Item:
    return {"vhost": platform.vhost, "apply-to": "queues", **policy}


def _topology(platform: Platform) -> Item:
    exchanges = {CALLS: Exchange(CALLS, "topic"), PUBLIC_EXCHANGE.name: PUBLIC_EXCHANGE}
    queues: list[Queue] = []
    bindings: list[Item] = []
    for service in platform.services:
        for exchange in (exchange_of(service), parked_exchange(service)):
            exchanges[exchange.name] = exchange
        queues += _queues_of(service)
        bindings += _bindings_of(service)
    for region in platform.regions:
        queues.append(stream := stream_of(region))
        bindings.append(_binding(PUBLIC_EXCHANGE, stream, stream_key(region)))
    place = {"vhost": platform.vhost}
    return {
        "exchanges": [place | _exchange(each) for each in exchanges.values()],
        "queues": [place | _queue(each) for each in queues],
        "bindings": [place | each for each in bindings],
    }


def _queues_of(service: str) -> list[Queue]:
    return [*event_queues(service), parked_queue(service)]


def _bindings_of(service: str) -> Iterator[Item]:
    for group, speaker, key in bindings_of(service):
        yield _binding(exchange_of(speaker), event_queue(service, group), key)
    yield _binding(parked_exchange(service), parked_queue(service), "")


def _exchange(exchange: Exchange) -> Item:
    lasting = {"durable": True, "auto_delete": False, "internal": False}
    return {"name": exchange.name, "type": exchange.type, "arguments": {}, **lasting}


def _queue(queue: Queue) -> Item:
    lasting = {"durable": True, "auto_delete": False}
    return {"name": queue.name, "arguments": queue.queue_arguments, **lasting}


def _binding(exchange: Exchange, queue: Queue, routing_key: str) -> Item:
    return {
        "source": exchange.name,
        "destination": queue.name,
        "destination_type": "queue",
        "routing_key": routing_key,
        "arguments": {},
    }
