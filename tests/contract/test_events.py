"""Every event has a golden example; what it shows in public is personal to nobody."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import marshmallow
import pytest
from marshmallow import fields

from chassis.events import Envelope, Event, facts_of
from tests.support.contracts import all_events
from tests.support.sources import ROOT
from tools.subscriber.received import Batch, Received
from tools.subscriber.state import State

EXAMPLES = ROOT / "contracts" / "examples"
PERSONAL = {"name", "member", "telephone", "iin", "birth_year", "voter", "credential"}


def by_type(event: type[Event]) -> str:
    return event.type


def example_of(event: type[Event]) -> dict[str, Any]:
    path = EXAMPLES / f"{event.type}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_there_is_an_example_for_every_event_and_for_nothing_else():
    files = {path.stem for path in EXAMPLES.glob("*.json")}

    assert files == {event.type for event in all_events()}


@pytest.mark.parametrize("event", all_events(), ids=by_type)
def test_a_consumer_can_read_the_example(event: type[Event]):
    envelope = Envelope.from_json(json.dumps(example_of(event)))
    facts = facts_of(envelope)

    assert envelope.type == event.type
    assert facts.primary == envelope.data["primary"]


@pytest.mark.parametrize("event", all_events(), ids=by_type)
def test_the_example_has_all_fields_and_no_other(event: type[Event]):
    assert shape_of_data(example_of(event)["data"], event()) == shape_of(event())


@pytest.mark.parametrize("event", all_events(), ids=by_type)
def test_writing_what_was_read_gives_the_example_again(event: type[Event]):
    example = example_of(event)

    assert json.loads(Envelope.from_json(json.dumps(example)).to_json()) == example


@pytest.mark.parametrize("event", all_events(), ids=by_type)
def test_what_is_public_exists_and_names_nobody(event: type[Event]):
    assert set(event.public_fields) <= set(event().fields)
    assert PERSONAL.isdisjoint(event.public_part(example_of(event)["data"]))


def test_a_group_of_events_is_divided_in_one_way_or_not_at_all():
    """Or some of a group would go where nobody looks for their order."""
    divided: dict[tuple[str, str], set[str | None]] = {}
    for event in all_events():
        for consumer in event.consumers:
            group = divided.setdefault((consumer, event.queue), set())
            group.add(event.sharded_by)

    assert all(len(fields) == 1 for fields in divided.values())
    assert divided["tally", "ballots"] == {"district"}


def shape_of(schema: marshmallow.Schema) -> dict[str, Any]:
    """The fields of a form, and those of the forms inside it."""
    return {name: _inside(field) for name, field in schema.fields.items()}


def shape_of_data(data: dict[str, Any], schema: marshmallow.Schema) -> dict[str, Any]:
    """The same of data that should have this form."""
    return {
        name: _shape_of_value(value, schema.fields[name])
        if name in schema.fields
        else "unknown"
        for name, value in data.items()
    }


def _inside(field: fields.Field[Any]) -> dict[str, Any] | None:
    nested = field.inner if isinstance(field, fields.List) else field
    return shape_of(nested.schema) if isinstance(nested, fields.Nested) else None


def _shape_of_value(value: Any, field: fields.Field[Any]) -> dict[str, Any] | None:
    nested = field.inner if isinstance(field, fields.List) else field
    if not isinstance(nested, fields.Nested):
        return None
    first = value[0] if isinstance(value, list) else value
    return shape_of_data(first, nested.schema)


@pytest.mark.parametrize("event", all_events(), ids=by_type)
def test_the_envelope_is_a_cloud_event(event: type[Event]):
    envelope = example_of(event)
    context = {name: value for name, value in envelope.items() if name != "data"}
    texts = {name: value for name, value in context.items() if name != "sequence"}

    assert set(context) >= {"specversion", "id", "source", "type"}
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in context)
    assert all(isinstance(text, str) and text for text in texts.values())
    assert texts["specversion"] == "1.0"
    assert datetime.fromisoformat(texts["time"]).tzinfo is not None
    # an Integer of CloudEvents has 32 bits
    assert 0 < context.get("sequence", 1) < 2**31


def test_the_public_examples_are_one_log_that_a_reader_takes_whole():
    public = [example_of(event) for event in all_events() if event.is_public()]
    state = State()
    state.begin(from_the_first=True)

    in_order = sorted(public, key=lambda each: (each["time"], each["id"]))
    state.take(Batch(events=[Received.from_envelope(each) for each in in_order]))

    assert state.counts.applied == len(public)
    assert state.gaps() == []
