"""What each user of the broker may do: no more than the chassis needs of it.

RabbitMQ knows three rights, each a pattern over the names of exchanges and queues:
to configure (declare, even what exists already; delete), to write (publish to an
exchange; bind a queue) and to read (consume a queue; bind to an exchange). On topic
exchanges a further pattern limits the routing keys that one publishes or binds with.

A relay declares the queues of all who listen to its service, so that nothing that it
publishes is lost: hence its rights to configure and to bind them. To read them it has
no right, and needs none as long as they were made before it starts (`definitions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chassis.events import Event
from chassis.operations import Operation
from chassis.streams import stream_name
from chassis.topology import (
    PUBLIC_EXCHANGE,
    event_queue,
    events_heard,
    exchange_of,
    groups_of,
    parked_exchange,
    parked_queue,
)

#: nameko's exchange for requests and their replies
CALLS = "nameko-rpc"
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
    listeners = listeners_of(service)
    own_exchanges = {PUBLIC_EXCHANGE.name, exchange_of(service).name}
    heard = {exchange_of(event.service).name for _, event in _heard_by(listeners)}
    parked = {parked_exchange(listener).name for listener in listeners}
    queues = {name for listener in listeners for name in queues_of(listener)}
    own_calls = {CALLS, f"rpc-{service}"}
    replies = _replies_to(service)
    return Rights(
        configure=_any(own_calls | own_exchanges | heard | parked | queues, replies),
        write=_any(
            own_calls | own_exchanges | queues | {parked_exchange(service).name},
            replies,
        ),
        read=_any(own_calls | heard | parked | _read_by(service), replies),
        keys=_keys_of_service(service, calls),
    )


def rights_of_gateway(gateway: str, services: Iterable[str], calls: Calls) -> Rights:
    """What the gateway may do: ask, and hear the answers. It has nothing to tell."""
    names = _any({CALLS}, _replies_to(gateway))
    asked = "|".join(sorted(services))
    between = sorted({_address_of(each) for of in calls.values() for each in of})
    refused = "".join(f"(?!{re.escape(address)}$)" for address in between)
    return Rights(
        configure=names,
        write=names,
        read=names,
        keys={CALLS: Keys(f"^{refused}({asked})\\.[a-z_]+$", f"^{_REPLY_ADDRESS}$")},
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


def listeners_of(service: str) -> list[str]:
    """The service and all who listen to it: whose queues it declares."""
    told = (e.consumers for e in Event.by_type.values() if e.service == service)
    return sorted({service}.union(*told))


def queues_of(listener: str) -> list[str]:
    """The queues that a listener's events wait in."""
    groups = groups_of(listener)
    waiting = [event_queue(listener, group).name for group in groups]
    return [*waiting, parked_queue(listener).name]


def _keys_of_service(service: str, calls: Calls) -> dict[str, Keys]:
    asked = {_address_of(operation) for operation in calls.get(service, ())}
    bound: dict[str, set[str]] = {exchange_of(service).name: set()}
    for _, event in _heard_by(listeners_of(service)):
        bound.setdefault(exchange_of(event.service).name, set()).add(event.type)
    own = {e.type for e in Event.by_type.values() if e.service == service}
    told = {exchange_of(service).name: _any(own)}
    anywhere = f"^[^.]+\\.[^.]+\\.{_alternatives(own)}$"
    return {
        CALLS: Keys(
            _any(asked, _REPLY_ADDRESS), _any(set(), f"{service}\\.\\*", _REPLY_ADDRESS)
        ),
        PUBLIC_EXCHANGE.name: Keys(anywhere if own else _NOTHING, _NOTHING),
        **{
            name: Keys(told.get(name, _NOTHING), _any(types))
            for name, types in bound.items()
        },
    }


def _heard_by(listeners: Iterable[str]) -> Iterator[tuple[str, type[Event]]]:
    for listener in listeners:
        for event in events_heard(listener):
            yield listener, event


def _read_by(service: str) -> set[str]:
    """A service's own queues; what it parks is for an operator to look at."""
    return set(queues_of(service)) - {parked_queue(service).name}


def _replies_to(caller: str) -> str:
    return f"{re.escape(f'rpc.reply-{caller}-')}{_REPLY_ADDRESS}"


def _address_of(operation: type[Operation]) -> str:
    return f"{operation.service}.{operation.name}"


def _any(names: set[str], *patterns: str) -> str:
    """A pattern for one of these names, or of these patterns, and nothing else."""
    return f"^{_alternatives(names, *patterns)}$" if names or patterns else _NOTHING


def _alternatives(names: set[str], *patterns: str) -> str:
    return f"({'|'.join([*sorted(map(re.escape, names)), *patterns])})"
