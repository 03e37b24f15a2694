"""What registration tells others holds no number, no telephone, no code."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from chassis.errors import DomainError
from chassis.events import Event
from chassis.outbox import OUTBOX
from contracts.registration import errors
from contracts.registration import events as announced
from services.registration import final_ballot, jobs, queries, roll
from tests.support.registration import FINAL, Registry, a_person

NEVER = {"iin", "number", "telephone", "code", "credential", "session"}
PERSONAL = NEVER | {"member", "name", "birth_year", "occupation", "voter"}
EVENTS = [
    event
    for event in vars(announced).values()
    if isinstance(event, type) and issubclass(event, Event) and event is not Event
]
ERRORS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type)
    and issubclass(error, DomainError)
    and error.__module__ == errors.__name__
]


@pytest.mark.parametrize("event", EVENTS)
def test_no_event_has_a_field_for_what_is_secret(event: type[Event]):
    assert set(event().fields).isdisjoint(NEVER)


@pytest.mark.parametrize("event", EVENTS)
def test_the_public_part_of_an_event_names_nobody(event: type[Event]):
    assert set(event.public_fields).isdisjoint(PERSONAL)


@pytest.mark.parametrize("error", ERRORS)
def test_no_message_has_a_place_for_personal_data(error: type[DomainError]):
    places = set(re.findall(r"{(\w+)}", error.__doc__ or ""))

    assert places.isdisjoint(PERSONAL)


def test_a_whole_primary_s_events_hold_nobody_s_secrets(registry: Registry):
    people = [a_person(name=f"Person {number}") for number in range(4)]
    registry.enrol(*people)
    registry.decide(*(registry.nominate(person) for person in people[:2]))
    registry.clock.set(FINAL)
    officer = registry.officer()
    for use_case in (roll.freeze_roll, final_ballot.finalise_ballot):
        registry.write(use_case, registry.clock, officer, primary=registry.primary)
    jobs.freeze_boards(registry.db, registry.clock, registry.vault)

    rows = registry.read(lambda s: s.scalars(sa.select(OUTBOX.c.data)).all())

    told = json.dumps(rows)
    assert "Person 1" in told  # a candidate's name is public
    assert "Person 3" not in told  # a voter's is not
    for person in people:
        assert person.iin not in told
        assert person.telephone not in told
        member = registry.member_of(person).member
        entry = registry.read(queries.find_roll_entry, member)
        assert entry is not None
        assert entry.voter not in told
