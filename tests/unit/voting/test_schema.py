"""Nothing that voting keeps or says holds a voter beside a ballot."""

from __future__ import annotations

import pytest
from marshmallow import Schema, fields

from chassis.operations import Operation
from contracts.voting import events, operations
from services.voting.models import Model, Voter
from tests.support.voting import PrimaryInVoting, rows

VOTERS = {"voter", "voter_reference", "telephone", "telephone_hash", "member"}
BALLOTS = {"ballot", "tracker", "credential", "data", "entry", "event", "hash"}
#: made with the service's key: without it, it leads to no ballot
KEYED = {"credential_fingerprint"}

EVENTS = [
    each
    for each in vars(events).values()
    if isinstance(each, type) and issubclass(each, events.Event)
]
ANSWERS = [
    each.Response
    for each in vars(operations).values()
    if isinstance(each, type) and issubclass(each, Operation)
]


def names_in(schema: type[Schema]) -> set[str]:
    """The names of all fields, nested ones too."""
    found: set[str] = set()
    for name, field in schema().fields.items():
        found.add(name)
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            found |= names_in(type(inner.schema))
    return found


@pytest.mark.parametrize("table", Model.metadata.sorted_tables, ids=str)
def test_no_table_holds_a_voter_and_a_ballot(table):
    columns = {column.name for column in table.columns} - KEYED

    assert not (columns & VOTERS and columns & BALLOTS)


@pytest.mark.parametrize("table", Model.metadata.sorted_tables, ids=str)
def test_no_key_leads_from_the_register_to_the_box(table):
    referred = {key.column.table.name for key in table.foreign_keys}

    if {column.name for column in table.columns} & VOTERS:
        assert "board_records" not in referred
    if table.name == "board_records":
        assert referred == {"boards"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_no_event_names_a_voter(event):
    assert not names_in(event) & VOTERS


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
def test_no_answer_holds_a_voter_and_a_ballot(answer):
    assert not names_in(answer) & VOTERS


def test_times_in_the_register_are_too_coarse_to_lead_to_a_record(
    polls: PrimaryInVoting,
):
    polls.clock.tick(minutes=17, seconds=41)
    polls.vote(polls.voter())

    [voted_at] = [row.voted_at for row in rows(polls.db, Voter) if row.voted_at]
    [notice] = [
        m for m in polls.messages(polls.voter()) if m.purpose == "vote_recorded"
    ]
    for at in (voted_at, notice.queued_at):
        assert (at.minute, at.second) == (0, 0)
