"""The AsyncAPI document is complete, valid, and the one that is committed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from chassis.events import Event
from gateway.asyncapi import document, public_events
from tests.support.contracts import all_events
from tests.support.gateway import ScriptedServices, a_client
from tests.support.public_log import an_event
from tests.support.sources import ROOT

COMMITTED = ROOT / "contracts" / "asyncapi.yaml"
SPECIFICATION = ROOT / "tests" / "vectors" / "asyncapi" / "3.0.0.json"


def by_type(event: type[Event]) -> str:
    return event.type


def errors_in(message: str, payload: dict[str, Any]) -> list[str]:
    """What the document finds wrong with an event."""
    pointer = f"#/components/messages/{message}/payload"
    schema = document() | {"$ref": pointer}
    found = Draft202012Validator(schema).iter_errors(payload)
    return [error.message for error in found]


def test_the_committed_document_is_the_present_one():
    committed = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))

    assert committed == document(), (
        "run: python -m gateway.asyncapi > contracts/asyncapi.yaml"
    )


def test_the_document_is_valid_asyncapi():
    specification = json.loads(SPECIFICATION.read_text(encoding="utf-8"))

    errors = list(Draft7Validator(specification).iter_errors(document()))

    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def test_a_spoilt_document_would_be_noticed():
    specification = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    spoilt = document() | {"operations": {"x": {"action": "shout"}}}

    assert not Draft7Validator(specification).is_valid(spoilt)


def test_the_document_is_served_in_both_forms():
    client = a_client(ScriptedServices())

    assert client.get("/api/v1/asyncapi.json").json == document()
    text = client.get("/api/v1/asyncapi.yaml")
    assert text.content_type.startswith("application/yaml")
    assert yaml.safe_load(text.text) == document()


def test_it_tells_of_every_public_event_and_of_no_other():
    public = {event.type for event in all_events() if event.is_public()}

    assert set(document()["components"]["messages"]) == public
    for channel in document()["channels"].values():
        assert set(channel["messages"]) == public


@pytest.mark.parametrize("event", public_events(), ids=by_type)
def test_the_example_of_an_event_is_as_described(event: type[Event]):
    (example,) = document()["components"]["messages"][event.type]["examples"]

    assert errors_in(event.type, example["payload"]) == []
    assert set(example["payload"]["data"]) == {
        *("primary", "region", "territory", *event.public_fields)
    }


@pytest.mark.parametrize(
    "spoilt",
    [{"sequence": 0}, {"sequence": "3"}, {"type": "other.v1"}, {"data": {}}],
    ids=["zero", "text", "type", "data"],
)
def test_what_is_no_such_event_is_found_out(spoilt: dict[str, Any]):
    assert errors_in("voting.turnout_updated.v1", an_event(3)) == []
    assert errors_in("voting.turnout_updated.v1", an_event(3) | spoilt) != []
