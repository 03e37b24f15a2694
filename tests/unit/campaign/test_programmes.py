from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.errors import InvalidPayload
from chassis.testing import FrozenClock, recorded
from chassis.wire import load
from contracts.campaign import operations
from contracts.campaign.errors import (
    AcceptedSuggestionForgotten,
    ChangeUnaccounted,
    OutsideYourTerritory,
    ProgrammeRevisedMeanwhile,
    SuggestionNotAccepted,
    UnknownProgramme,
    UnknownProgrammeVersion,
)
from contracts.campaign.events import ProgrammePublished, ProgrammeRevised
from contracts.copies import PhaseClosed
from services.campaign import programmes, queries, suggestions, versions
from services.campaign.models import ProgrammeVersion
from services.campaign.sections import programme_hash
from tests.support.campaign import (
    AFTER_PROGRAMMES,
    DISTRICT,
    OFFICE,
    PRIMARY,
    REGION,
)
from tests.support.definitions import a_definition

TERRITORIES = {each.code for each in a_definition().programme_territories()}
NEW_TEXT = {"en": "Mend them twice.", "ru": "Дважды.", "kk": "Екі рет."}


def publish(session: Session, clock: FrozenClock) -> dict[str, int]:
    return programmes.publish_programmes(session, clock, scopes=OFFICE, primary=PRIMARY)


def a_decided_suggestion(
    session: Session, clock: FrozenClock, decision: str = "accepted"
) -> str:
    made = suggestions.suggest_change(
        session,
        clock,
        author=f"author {clock.now()}",
        primary=PRIMARY,
        territory=DISTRICT,
        section="roads",
        kind="change",
        text="Mend them twice.",
        language="en",
    )
    clock.tick(minutes=1)
    if decision != "open":
        suggestions.decide_suggestion(
            session,
            clock,
            scopes=OFFICE,
            primary=PRIMARY,
            suggestion=made.suggestion,
            decision=decision,
            reason="The working group has weighed it.",
        )
    return made.suggestion


def a_change(*suggestions: str, **facts: Any) -> dict[str, Any]:
    change = {"section": "roads", "text": NEW_TEXT, "suggestions": [*suggestions]}
    return change | facts


def revise(
    session: Session, clock: FrozenClock, *changes: dict[str, Any], **facts: Any
) -> dict[str, Any]:
    where = {"primary": PRIMARY, "territory": DISTRICT}
    request = load(
        operations.ReviseProgramme.Request,
        {**where, "based_on": 1, "changes": [*changes], **facts},
    )
    version = programmes.revise_programme(session, clock, scopes=OFFICE, **request)
    return versions.programme_version(session, version=version, **where)


def test_every_territory_that_elects_a_maslikhat_gets_its_programme(
    session: Session, clock: FrozenClock
):
    outcome = publish(session, clock)

    announced = recorded(session, ProgrammePublished)
    assert outcome == {"published": 6, "programmes": 6}
    assert {event["territory"] for event in announced} == TERRITORIES
    listed = queries.list_programmes(
        session, primary=PRIMARY, territory=None, after=None, limit=50
    )
    assert [row.territory for row in listed["items"]] == sorted(TERRITORIES)
    assert {row.version for row in listed["items"]} == {1}


def test_publishing_again_publishes_nothing(session: Session, clock: FrozenClock):
    publish(session, clock)

    assert publish(session, clock) == {"published": 0, "programmes": 6}
    assert len(recorded(session, ProgrammePublished)) == 6


def test_programmes_are_published_by_the_whole_primarys_officers_in_time(
    session: Session, clock: FrozenClock
):
    with pytest.raises(OutsideYourTerritory):
        programmes.publish_programmes(
            session, clock, scopes=frozenset({REGION}), primary=PRIMARY
        )

    clock.set(AFTER_PROGRAMMES)
    with pytest.raises(PhaseClosed):
        publish(session, clock)


def test_a_revision_carries_out_the_accepted_suggestion(
    session: Session, clock: FrozenClock
):
    publish(session, clock)
    suggestion = a_decided_suggestion(session, clock)

    version = revise(session, clock, a_change(suggestion))

    assert version["version"] == 2
    [change] = version["changes"]
    assert (change["section"], change["change"]) == ("roads", "changed")
    assert change["suggestions"] == [suggestion]
    assert change["diff"]["en"] == [" Roads", "-Mend them.", "+Mend them twice."]
    carried_out = queries.get_suggestion(session, PRIMARY, suggestion)
    assert carried_out.carried_out_in == 2
    [event] = recorded(session, ProgrammeRevised)
    assert event["suggestions"] == [suggestion]
    assert event["programme_hash"] == programme_hash(version["sections"])


@pytest.mark.parametrize("decision", ["accepted", "accepted_in_part"])
def test_no_accepted_suggestion_is_left_without_a_passage(
    session: Session, clock: FrozenClock, decision: str
):
    publish(session, clock)
    first = a_decided_suggestion(session, clock)
    forgotten = a_decided_suggestion(session, clock, decision)

    with pytest.raises(AcceptedSuggestionForgotten) as refusal:
        revise(session, clock, a_change(first))

    assert refusal.value.params == {"suggestions": forgotten}


def test_no_change_is_left_without_a_suggestion_unless_it_says_editorial(
    session: Session, clock: FrozenClock
):
    publish(session, clock)

    with pytest.raises(ChangeUnaccounted):
        revise(session, clock, a_change())

    [change] = revise(session, clock, a_change(editorial=True))["changes"]
    assert change["editorial"]
    assert change["suggestions"] == []


@pytest.mark.parametrize("decision", ["open", "rejected", "out_of_scope"])
def test_only_accepted_suggestions_change_a_programme(
    session: Session, clock: FrozenClock, decision: str
):
    publish(session, clock)
    suggestion = a_decided_suggestion(session, clock, decision)

    with pytest.raises(SuggestionNotAccepted):
        revise(session, clock, a_change(suggestion))


def test_a_suggestion_is_carried_out_once(session: Session, clock: FrozenClock):
    publish(session, clock)
    suggestion = a_decided_suggestion(session, clock)
    revise(session, clock, a_change(suggestion))
    again = a_change(suggestion, text={"en": "Thrice.", "ru": "Трижды.", "kk": "Үш."})

    with pytest.raises(SuggestionNotAccepted):
        revise(session, clock, again, based_on=2)


def test_a_refused_revision_leaves_the_programme_as_it_was(
    session: Session, clock: FrozenClock
):
    publish(session, clock)
    before = queries.read_programme(session, primary=PRIMARY, territory=DISTRICT)

    with pytest.raises(ChangeUnaccounted):
        revise(session, clock, a_change())

    after = queries.read_programme(session, primary=PRIMARY, territory=DISTRICT)
    assert after["programme_hash"] == before["programme_hash"]
    assert after["version"] == 1


def test_two_working_groups_do_not_overwrite_each_other(
    session: Session, clock: FrozenClock
):
    publish(session, clock)
    revise(session, clock, a_change(editorial=True))

    with pytest.raises(ProgrammeRevisedMeanwhile):
        revise(session, clock, a_change(editorial=True), based_on=1)


def test_an_officer_revises_the_programmes_of_their_own_territory(
    session: Session, clock: FrozenClock
):
    publish(session, clock)
    request = {
        "primary": PRIMARY,
        "territory": DISTRICT,
        "based_on": 1,
        "changes": [a_change(editorial=True)],
    }
    loaded = load(operations.ReviseProgramme.Request, request)

    with pytest.raises(OutsideYourTerritory):
        programmes.revise_programme(
            session, clock, scopes=frozenset({"KZ-KUS"}), **loaded
        )

    version = programmes.revise_programme(
        session, clock, scopes=frozenset({REGION}), **loaded
    )
    assert version == 2


def test_every_version_stays_readable_under_its_own_hash(
    session: Session, clock: FrozenClock
):
    publish(session, clock)
    revise(session, clock, a_change(editorial=True))
    added = {"section": "parks", "title": NEW_TEXT, "text": NEW_TEXT}
    revise(session, clock, a_change(**added, editorial=True), based_on=2)

    programme = queries.read_programme(session, primary=PRIMARY, territory=DISTRICT)
    rows = session.scalars(
        sa.select(ProgrammeVersion).where(ProgrammeVersion.territory == DISTRICT)
    )
    assert [v.version for v in programme["versions"]] == [1, 2, 3]
    assert all(row.programme_hash == programme_hash(row.sections) for row in rows)
    assert len({v.programme_hash for v in programme["versions"]}) == 3


def test_a_programme_or_version_that_does_not_exist_is_not_found(
    session: Session, clock: FrozenClock
):
    where = {"primary": PRIMARY, "territory": DISTRICT}
    with pytest.raises(UnknownProgramme):
        queries.read_programme(session, **where)
    with pytest.raises(UnknownProgramme):
        versions.programme_version(session, version=1, **where)

    publish(session, clock)
    assert versions.programme_version(session, version=1, **where)["changes"] == []
    with pytest.raises(UnknownProgrammeVersion):
        versions.programme_version(session, version=2, **where)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"section": "new"}, "/changes/0/section"),
        ({"section": "Two Words"}, "/changes/0/section"),
        ({"removed": True}, "/changes/0/removed"),
        ({"title": {"en": "a" * 201}}, "/changes/0/title"),
        ({"text": {"en": "a" * 10_001}}, "/changes/0/text"),
        ({"editorial": "yes"}, "/changes/0/editorial"),
    ],
)
def test_a_revision_keeps_to_its_form(
    session: Session, clock: FrozenClock, change: dict[str, Any], pointer: str
):
    publish(session, clock)

    with pytest.raises(InvalidPayload) as refusal:
        revise(session, clock, a_change(**({"editorial": True} | change)))

    problems: Any = refusal.value.params["problems"]
    assert [p["pointer"] for p in problems] == [pointer]


def test_a_section_is_changed_once_in_a_revision(session: Session, clock: FrozenClock):
    publish(session, clock)

    with pytest.raises(InvalidPayload):
        revise(session, clock, *[a_change(editorial=True)] * 2)
