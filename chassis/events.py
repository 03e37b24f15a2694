"""Facts that one service tells the others, and how they look on the wire.

An event is a marshmallow schema in `contracts/<service>`: one class says what
the fact contains, who listens to it inside the platform (`consumers`) and which
of its fields belong to the public log (`public_fields`; none means internal).
On the bus it travels in a CloudEvents 1.0 envelope. Readers are tolerant: a
field they do not know is left out.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import marshmallow
from marshmallow import fields

from chassis.names import snake_case
from chassis.wire import dump, load

#: Into how many streams a service's sharded events are divided. Part of the contract:
#: whoever changes it lets the queues run empty first.
SHARDS = 4


class Event(marshmallow.Schema):
    """A fact, named by a past participle. It cannot be refused any more."""

    class Meta:
        unknown = marshmallow.EXCLUDE

    primary = fields.String(required=True)
    #: where it happened: a territory's code, and the region that contains it
    #: (the country's own code twice for what concerns the whole country)
    region = fields.String(required=True)
    territory = fields.String(required=True)

    service: ClassVar[str]
    #: its name on the wire, e.g. `voting.ballot_accepted.v1`
    type: ClassVar[str]
    wire_version: ClassVar[int] = 1
    #: the services that listen to it; a test compares this with their handlers
    consumers: ClassVar[tuple[str, ...]] = ()
    #: which of a consumer's queues it goes to; each queue is read in order
    queue: ClassVar[str] = "events"
    #: the field that divides these events into shards, each with a queue of its own;
    #: order is kept within a shard alone. The others are all in shard 0.
    sharded_by: ClassVar[str | None] = None
    #: the fields anybody may read in the public log
    public_fields: ClassVar[tuple[str, ...]] = ()
    by_type: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "service" not in cls.__dict__:
            cls.service = cls.__module__.split(".")[1]
        cls.type = f"{cls.service}.{snake_case(cls.__name__)}.v{cls.wire_version}"
        if cls.sharded_by and cls.public_fields:
            # the public log has one writer, so that who reads on misses nothing
            raise TypeError(f"{cls.__name__} is public, so it cannot be sharded")
        Event.by_type[cls.type] = cls

    @classmethod
    def is_public(cls) -> bool:
        """Does anything of it belong to the public log?"""
        return bool(cls.public_fields)

    @classmethod
    def shard_of(cls, data: dict[str, Any]) -> int:
        """The shard of one such event; the same in every process, for ever."""
        if cls.sharded_by is None:
            return 0
        return zlib.crc32(str(data[cls.sharded_by]).encode()) % SHARDS

    @classmethod
    def routing_key(cls, shard: int) -> str:
        """What such an event of this shard is published with."""
        return cls.type if cls.sharded_by is None else f"{cls.type}.{shard}"

    @classmethod
    def public_routing_key(cls, data: dict[str, Any]) -> str:
        """What its public part is published with."""
        return f"{data['region']}.{data['territory']}.{cls.type}"

    @classmethod
    def routes(cls) -> list[tuple[str, str]]:
        """The group of events that each routing key leads to."""
        if cls.sharded_by is None:
            return [(cls.queue, cls.type)]
        return [(f"{cls.queue}.{n}", cls.routing_key(n)) for n in range(SHARDS)]

    @classmethod
    def form(cls, facts: dict[str, Any]) -> dict[str, Any]:
        """The JSON-able data of the event; a missing fact is a programming error."""
        data = dump(cls, facts)
        load(cls, data)
        return data

    @classmethod
    def public_part(cls, data: dict[str, Any]) -> dict[str, Any]:
        """What of `data` the public log shows."""
        shown = ("primary", "region", "territory", *cls.public_fields)
        return {name: data[name] for name in shown if name in data}


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One event on its way: CloudEvents 1.0 with this platform's extensions."""

    id: str
    type: str
    time: datetime
    data: dict[str, Any]
    sequence: int | None = None  # in the public log, per (territory, service)

    def to_json(self) -> str:
        """Its JSON form, structured mode."""
        service = self.type.split(".", maxsplit=1)[0]
        envelope = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/primaries/{service}",
            "type": self.type,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "primary": self.data.get("primary"),
            "subject": self.data.get("territory"),
        }
        if self.sequence is not None:
            envelope["sequence"] = self.sequence
        return json.dumps(envelope | {"data": self.data}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Envelope:
        """Read an envelope; ValueError, TypeError or KeyError where it is none."""
        envelope = json.loads(text)
        if not isinstance(envelope["id"], str) or not isinstance(envelope["type"], str):
            raise TypeError("an envelope's id and type are texts")
        return cls(
            id=envelope["id"],
            type=envelope["type"],
            time=datetime.fromisoformat(envelope["time"]),
            data=envelope["data"],
            sequence=envelope.get("sequence"),
        )


def facts_of(envelope: Envelope) -> SimpleNamespace:
    """What a handler receives: the event's fields, its `id` and its `time`."""
    event = Event.by_type[envelope.type]
    facts = load(event, envelope.data)
    return SimpleNamespace(**facts, event_id=envelope.id, occurred_at=envelope.time)


def on(event: type[Event]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark `handler(session, clock, facts)` as what we do about `event`.

    It runs once for each event, in one transaction with the event's receipt.
    """

    def mark(handler: Callable[..., None]) -> Callable[..., None]:
        handler.handles = event  # pyright: ignore[reportFunctionMemberAccess]
        return handler

    return mark


def handlers_in(module: ModuleType | None) -> dict[str, Callable[..., None]]:
    """The marked handlers of a service's `handlers` module, by event type."""
    found = vars(module).values() if module else ()
    return {h.handles.type: h for h in found if hasattr(h, "handles")}
