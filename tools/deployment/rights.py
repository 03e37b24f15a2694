"""What each user of the broker may do: no more than the chassis needs of it.

RabbitMQ knows three rights, each a pattern over the names of exchanges and queues:
to configure (declare, even what exists already; delete), to write (publish to an
exchange; bind a queue) and to read (consume a queue; bind to an exchange). On topic
exchanges a further pattern limits the routing keys that one publishes or binds with.

The services are told that the topology is given (`PRIMARIES_TOPOLOGY`): the broker has
imported exchanges, queues and bindings before they start. So nobody may make, unmake or
bind anything but the queue of its own calls and those of the answers it waits for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chassis.events import Event
from chassis.operations import Operation
from chassis.stream_queues import stream_name
from chassis.topology import (
    CALLS,
    PUBLIC_EXCHANGE,
    calls_queue,
    event_queues,
    exchange_of,
    parked_exchange,
)

_REPLY_ADDRESS = "[0-9a-f-]{36}"  # each process draws its own
_NOTHING = "^$"

#: which operations of others a service calls
Calls = Mapping[str, tuple[type[Operation], ...]]


class Keys(NamedTuple):
    """Patterns of the routing keys that a user may publish and bind with."""

    write: str
    read: str


@dataclass(frozen=True, kw_only=True)
class Rights:
    """A user's patterns, and those of its routing keys by topic exchange."""

    configure: str
    write: str
    read: str
    keys: Mapping[str, Keys]


EVERYTHING = Rights(configure=".*", write=".*", read=".*", keys={})


def rights_of_service(service: str, calls: Calls) -> Rights:
    """What a service may do: serve, publish its own events, read what it hears."""
    replies = _replies_to(service)
    own_calls = calls_queue(service)
    published = (PUBLIC_EXCHANGE, exchange_of(service), parked_exchange(service))
    told = {exchange.name for exchange in published}
    return Rights(
        configure=_any({own_calls}, replies),
        write=_any({CALLS, own_calls} | told, replies),
        read=_any({CALLS, own_calls} | queues_of(service), replies),
        keys=_keys_of_service(service, calls),
    )


def rights_of_gateway(gateway: str, services: Iterable[str], calls: Calls) -> Rights:
    """What the gateway may do: ask, and hear the answers. It has nothing to tell.

    To its own reply address it may write as well: so it sees whether the broker works.
    """
    names, replies = _any({CALLS}, _replies_to(gateway)), _replies_to(gateway)
    asked = "|".join(sorted(services))
    between = sorted({_address_of(each) for of in calls.values() for each in of})
    refused = "".join(f"(?!{re.escape(address)}$)" for address in between)
    questions = f"{refused}({asked})\\.[a-z_]+"
    return Rights(
        configure=_any(set(), replies),
        write=names,
        read=names,
        keys={CALLS: Keys(f"^({questions}|{_REPLY_ADDRESS})$", f"^{_REPLY_ADDRESS}$")},
    )


def rights_of_region(region: str, countries: Iterable[str] = ()) -> Rights:
    """What a region's systems may do: read its part of the public log.

    Its own stream and its country's are there to be read; the live queues that it makes
    are its own. The streams it can neither write to nor bind nor delete.
    """
    streams = {stream_name(code) for code in (region, *countries)}
    own = f"region\\.{re.escape(region)}\\.(?!log$).+"
    return Rights(
        configure=f"^{own}$",
        write=f"^{own}$",
        read=_any({PUBLIC_EXCHANGE.name} | streams, own),
        keys={PUBLIC_EXCHANGE.name: Keys(_NOTHING, f"^{re.escape(region)}\\.")},
    )


def queues_of(listener: str) -> set[str]:
    """Where a listener's events wait; what it parks is for an operator to look at."""
    return {queue.name for queue in event_queues(listener)}


def _keys_of_service(service: str, calls: Calls) -> dict[str, Keys]:
    asked = {_address_of(operation) for operation in calls.get(service, ())}
    own = [e for e in Event.by_type.values() if e.service == service]
    types = _alternatives({event.type for event in own})
    told = {key for event in own for _, key in event.routes()}
    return {
        CALLS: Keys(
            _any(asked, _REPLY_ADDRESS), _any(set(), f"{service}\\.\\*", _REPLY_ADDRESS)
        ),
        PUBLIC_EXCHANGE.name: Keys(
            f"^[^.]+\\.[^.]+\\.{types}$" if own else _NOTHING, _NOTHING
        ),
        exchange_of(service).name: Keys(_any(told), _NOTHING),
    }


def _replies_to(caller: str) -> str:
    return f"{re.escape(f'rpc.reply-{caller}-')}{_REPLY_ADDRESS}"


def _address_of(operation: type[Operation]) -> str:
    return f"{operation.service}.{operation.name}"


def _any(names: set[str], *patterns: str) -> str:
    """A pattern for one of these names, or of these patterns, and nothing else."""
    return f"^{_alternatives(names, *patterns)}$" if names or patterns else _NOTHING


def _alternatives(names: set[str], *patterns: str) -> str:
    return f"({'|'.join([*sorted(map(re.escape, names)), *patterns])})"
