"""An error explains itself, and survives the way over the bus."""

from __future__ import annotations

import pytest
from marshmallow import fields
from nameko.exceptions import deserialize, serialize

from chassis.errors import Conflict, DomainError, InvalidPayload
from chassis.names import snake_case
from chassis.wire import Schema, load


class DoorLocked(Conflict):
    """The door of {room} is locked.

    What stands below the first paragraph is for readers of the code.
    """


class HouseForm(Schema):
    rooms = fields.List(fields.Nested({"size": fields.Integer(required=True)}))


def test_the_message_is_the_first_paragraph_with_its_facts_filled_in() -> None:
    assert DoorLocked(room="the library").detail == "The door of the library is locked."


def test_a_fact_that_is_missing_leaves_its_place_visible() -> None:
    assert DoorLocked().detail == "The door of [room] is locked."


def test_an_error_crosses_the_bus_as_itself() -> None:
    arrived = deserialize(serialize(DoorLocked(room="the library", floor=2)))

    assert type(arrived) is DoorLocked
    assert arrived.params == {"room": "the library", "floor": 2}


def test_every_error_is_found_by_its_code() -> None:
    assert DomainError.by_code["door_locked"] is DoorLocked


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SubmitNomination", "submit_nomination"),
        ("HTTPAddress", "http_address"),
        ("PPOImported", "ppo_imported"),
    ],
)
def test_names_are_spelt_one_way_everywhere(name: str, expected: str) -> None:
    assert snake_case(name) == expected


def test_every_wrong_field_is_named_by_its_pointer() -> None:
    with pytest.raises(InvalidPayload) as refusal:
        load(HouseForm, {"rooms": [{"size": 1}, {"size": "big"}], "roof": True})

    problems = refusal.value.params["problems"]
    assert isinstance(problems, list)
    assert {p["pointer"] for p in problems} == {"/rooms/1/size", "/roof"}
