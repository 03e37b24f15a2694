"""The AsyncAPI document: the public log as regional systems receive it.

Made from the events' contracts alone. `python -m gateway.asyncapi >
contracts/asyncapi.yaml` writes the committed copy; a test compares the two.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from chassis.events import Event
from chassis.publishing import CLOUD_EVENT
from chassis.stream_queues import LONGEST_AGE, MOST_BYTES, stream_name
from chassis.topology import PUBLIC_EXCHANGE
from contracts.services import SERVICES, load_events
from gateway.openapi import component_name, own_fields

_BINDING = {"bindingVersion": "0.3.0"}
_PARAMETERS: Mapping[str, Any] = {
    "region": {
        "description": "A region's code, or the country's own.",
        "examples": ["KZ-AKM", "KZ"],
    },
    "territory": {
        "description": "The territory concerned: the region or one inside it.",
        "examples": ["KZ-111000000"],
    },
    "event": {
        "description": "The event's type, as in the envelope.",
        "examples": ["voting.turnout_updated.v1"],
    },
}
_ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 in structured mode.",
    "required": [
        *("specversion", "id", "source", "type", "time", "datacontenttype"),
        *("primary", "subject", "sequence", "data"),
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "description": "The same at every delivery."},
        "source": {"type": "string", "format": "uri-reference"},
        "type": {"type": "string"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "primary": {"type": "string", "description": "Which primary it concerns."},
        "subject": {"type": "string", "description": "The territory concerned."},
        "sequence": {
            "type": "integer",
            "minimum": 1,
            "description": "Counts the events of a service about a territory.",
        },
        "data": {"type": "object"},
    },
}


def public_events() -> list[type[Event]]:
    """The events of the public log."""
    load_events()
    told = Event.by_type.values()
    public = (e for e in told if e.service in SERVICES and e.is_public())
    return sorted(public, key=lambda event: event.type)


@functools.cache
def document() -> dict[str, Any]:
    """The AsyncAPI document."""
    spec, plugin = _converter()
    messages = {event.type: _message(event, plugin) for event in public_events()}
    described = {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": CLOUD_EVENT,
        "servers": {"broker": _server()},
        "channels": {
            "stream": _stream(messages),
            "live": _live(messages),
        },
        "operations": {
            "keepInStream": _operation("stream", "Everything, from the first on."),
            "tellLive": _operation("live", "What happens from now on."),
        },
        "components": {
            "schemas": {
                "Envelope": _ENVELOPE,
                **spec.to_dict()["components"]["schemas"],
            },
            "messages": messages,
            "securitySchemes": {"region": {"type": "userPassword"}},
        },
    }
    return json.loads(json.dumps(described))  # plain texts where enums were


def _info() -> dict[str, Any]:
    return {
        "title": "Primaries: the public log",
        "version": "1",
        "description": (
            "What happens in a primary, territory by territory, as the platform tells "
            "it to regional systems. Each event arrives at least once; those of one "
            "service about one territory are numbered without a gap. The same log is "
            "an HTTP feed: see /api/v1/openapi.json."
        ),
        "license": {"name": "Apache-2.0"},
    }


def _server() -> dict[str, Any]:
    return {
        "host": "{broker}",
        "protocol": "amqp",
        "protocolVersion": "0.9.1",
        "pathname": "/primaries",
        "variables": {"broker": {"description": "The platform's broker."}},
        "security": [{"$ref": "#/components/securitySchemes/region"}],
    }


def _stream(messages: Mapping[str, Any]) -> dict[str, Any]:
    queue = {"durable": True, "exclusive": False, "autoDelete": False}
    return {
        "address": stream_name("{region}"),
        "title": "A region's stream",
        "description": (
            "A RabbitMQ stream. Consume it with x-stream-offset: first, an offset or a "
            "time of publishing. Declare nothing, and limit the prefetch. "
            f"It keeps {LONGEST_AGE} or {MOST_BYTES >> 30} GiB, whichever is less."
        ),
        "parameters": {"region": _PARAMETERS["region"]},
        "messages": _references(messages),
        "bindings": {"amqp": {"is": "queue", "queue": queue, **_BINDING}},
    }


def _live(messages: Mapping[str, Any]) -> dict[str, Any]:
    exchange = {
        "name": PUBLIC_EXCHANGE.name,
        "type": PUBLIC_EXCHANGE.type,
        "durable": True,
        "autoDelete": False,
    }
    return {
        "address": "{region}.{territory}.{event}",
        "title": "The public log as it grows",
        "description": (
            "Bind a queue region.<region>.<name> by <region>.#, or narrower, as by "
            "<region>.*.voting.turnout_updated.v1."
        ),
        "parameters": dict(_PARAMETERS),
        "messages": _references(messages),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **_BINDING}},
    }


def _references(messages: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in messages}


def _operation(channel: str, summary: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
    }


def _message(event: type[Event], plugin: MarshmallowPlugin) -> dict[str, Any]:
    lines = (event.__doc__ or "").strip().split("\n", maxsplit=1)
    described = {
        "name": event.type,
        "summary": lines[0],
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                _own_part(event, plugin),
            ]
        },
        "examples": [{"payload": example_of(event)}],
    }
    if len(lines) > 1:
        described["description"] = " ".join(lines[1].split())
    return described


def _own_part(event: type[Event], plugin: MarshmallowPlugin) -> dict[str, Any]:
    """What this event adds to the envelope: its type and its data."""
    shown = ("primary", "region", "territory", *event.public_fields)
    assert plugin.converter is not None
    data = plugin.converter.schema2jsonschema(event(only=shown))
    return {
        "properties": {
            "source": {"const": f"/primaries/{event.service}"},
            "type": {"const": event.type},
            "data": data,
        }
    }


def example_of(event: type[Event]) -> dict[str, Any]:
    """The golden example of an event, as the public log shows it."""
    path = files("contracts") / "examples" / f"{event.type}.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    return whole | {"data": event.public_part(whole["data"])}


def _converter() -> tuple[APISpec, MarshmallowPlugin]:
    plugin = MarshmallowPlugin(component_name)  # pyright: ignore[reportArgumentType]
    spec = APISpec(title="", version="1", openapi_version="3.1.0", plugins=[plugin])
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(own_fields)
    return spec, plugin


@functools.cache
def text() -> str:
    """The document in YAML, with nothing left to look up."""
    return yaml.dump(document(), Dumper=_Plain, sort_keys=False, allow_unicode=True)


class _Plain(yaml.SafeDumper):
    """Writes a thing again where it comes again; tools dislike YAML's anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whatever it is."""
        return True


def main() -> None:
    """Write the document as YAML."""
    sys.stdout.write(text())


if __name__ == "__main__":
    main()
