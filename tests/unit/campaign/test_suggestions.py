from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.errors import InvalidPayload
from chassis.testing import FrozenClock, recorded
from chassis.wire import load
from contracts.campaign import operations, views
from contracts.campaign.errors import (
    LanguageNotOffered,
    OutsideYourTerritory,
    SuggestionAlreadyDecided,
    TooManySuggestions,
    UnknownProgramme,
    UnknownSection,
    UnknownSuggestion,
)
from contracts.campaign.events import SuggestionDecided, SuggestionMade
from contracts.copies import PhaseClosed
from services.campaign import programmes, queries, suggestions
from services.campaign.models import Suggestion, Support
from tests.support.campaign import (
    AFTER_PROGRAMMES,
    DISTRICT,
    OFFICE,
    PRIMARY,
    REGION,
)

WORDS = {
    "primary": PRIMARY,
    "territory": DISTRICT,
    "section": "roads",
    "kind": "change",
    "text": "Mend the bridge.",
    "language": "en",
}


@pytest.fixture(autouse=True)
def published(session: Session, clock: FrozenClock) -> None:
    programmes.publish_programmes(session, clock, scopes=OFFICE, primary=PRIMARY)


def suggest(
    session: Session, clock: FrozenClock, by: str = "aigul", **facts: Any
) -> str:
    request = load(operations.SuggestChange.Request, WORDS | facts)
    made = suggestions.suggest_change(session, clock, author=by, **request)
    return made.suggestion


def test_the_same_suggestion_sent_twice_is_made_once(
    session: Session, clock: FrozenClock
):
    first, again = (suggest(session, clock, key="key-0001") for _ in range(2))
    other = suggest(session, clock, key="key-0001", text="Mend the road.")
    another = suggest(session, clock, by="marat", key="key-0001")

    assert first == again
    assert len({first, other, another}) == 3
    assert session.query(Suggestion).count() == 3


def test_a_member_finds_their_supports_among_others(
    session: Session, clock: FrozenClock
):
    first, second = (suggest(session, clock, text=text) for text in ("One.", "Two."))
    support(session, clock, first, "marat on the first")
    support(session, clock, second, "somebody else")

    mine = ["marat on the first", "marat on the second"]

    assert queries.supported_by(session, mine) == [first]


def support(
    session: Session, clock: FrozenClock, suggestion: str, supporter: str = "marat"
) -> int:
    suggestions.support_suggestion(
        session, clock, supporter=supporter, primary=PRIMARY, suggestion=suggestion
    )
    return queries.get_suggestion(session, PRIMARY, suggestion).supports


def decide(
    session: Session, clock: FrozenClock, suggestion: str, **facts: Any
) -> Suggestion:
    which = {"primary": PRIMARY, "suggestion": suggestion}
    decision = {"decision": "accepted", "reason": "There is money."}
    request = load(operations.DecideSuggestion.Request, which | decision | facts)
    return suggestions.decide_suggestion(session, clock, scopes=OFFICE, **request)


def listed(session: Session, **filters: Any) -> dict[str, Any]:
    which = {"primary": PRIMARY, "territory": DISTRICT, **filters}
    request = load(operations.ListSuggestions.Request, which)
    return queries.list_suggestions(session, **request)


def test_a_suggestion_is_public_without_its_author(
    session: Session, clock: FrozenClock
):
    suggestion = suggest(session, clock)

    [row] = listed(session)["items"]
    [event] = recorded(session, SuggestionMade)
    assert (row.suggestion, row.text, row.state) == (
        suggestion,
        "Mend the bridge.",
        "open",
    )
    assert "aigul" not in str(event)
    assert set(row._fields).isdisjoint({"author", "supporter", "member"})
    assert set(views.SuggestionView().fields).isdisjoint({"author", "member"})


def test_suggestions_are_taken_from_opening_until_before_closing(
    session: Session, clock: FrozenClock
):
    for closed in ("2020-09-07T17:59:59+00:00", AFTER_PROGRAMMES):
        clock.set(closed)
        with pytest.raises(PhaseClosed):
            suggest(session, clock)

    clock.tick(microseconds=-1)
    assert suggest(session, clock)


def test_five_a_day_are_enough(session: Session, clock: FrozenClock):
    for _ in range(5):
        suggest(session, clock)

    with pytest.raises(TooManySuggestions):
        suggest(session, clock, territory=REGION)

    assert suggest(session, clock, "another member")
    clock.set("2020-09-10T18:00:00+00:00")  # midnight in Almaty
    assert suggest(session, clock)


def test_two_requests_at_once_do_not_pass_the_daily_limit_together(
    session: Session, clock: FrozenClock
):
    suggest(session, clock)
    twin = session.scalars(sa.select(Suggestion)).one()
    columns = {c.name: getattr(twin, c.name) for c in Suggestion.__table__.columns}

    session.add(Suggestion(**columns | {"suggestion": "its twin"}))

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"territory": "KZ-791110000"}, UnknownProgramme),
        ({"section": "space-travel"}, UnknownSection),
        ({"language": "de"}, LanguageNotOffered),
        ({"text": "a" * 2001}, InvalidPayload),
        ({"text": " \n "}, InvalidPayload),
        ({"kind": "praise"}, InvalidPayload),
        ({"section": "new", "kind": "delete"}, InvalidPayload),
        ({"author": "somebody else"}, InvalidPayload),
    ],
)
def test_a_suggestion_fits_its_programme(
    session: Session,
    clock: FrozenClock,
    facts: dict[str, str],
    refusal: type[Exception],
):
    with pytest.raises(refusal):
        suggest(session, clock, "aigul", **facts)

    assert recorded(session, SuggestionMade) == []


def test_a_new_section_can_be_suggested(session: Session, clock: FrozenClock):
    suggest(session, clock, section="new", kind="add")

    assert len(listed(session, section="new")["items"]) == 1
    assert listed(session, section="roads")["items"] == []


def test_one_member_is_one_support(session: Session, clock: FrozenClock):
    suggestion = suggest(session, clock)

    counts = [support(session, clock, suggestion) for _ in range(3)]
    counts.append(support(session, clock, suggestion, "dana"))

    assert counts == [1, 1, 1, 2]


def test_a_support_can_be_withdrawn_and_given_again(
    session: Session, clock: FrozenClock
):
    suggestion = suggest(session, clock)
    support(session, clock, suggestion)
    which = {"supporter": "marat", "primary": PRIMARY, "suggestion": suggestion}

    for _ in range(2):
        suggestions.withdraw_support(session, clock, **which)

    assert queries.get_suggestion(session, PRIMARY, suggestion).supports == 0
    assert support(session, clock, suggestion) == 1


def test_nobody_supports_after_the_close_or_the_decision(
    session: Session, clock: FrozenClock
):
    decided, waiting = suggest(session, clock), suggest(session, clock)
    decide(session, clock, decided)

    with pytest.raises(SuggestionAlreadyDecided):
        support(session, clock, decided)
    clock.set(AFTER_PROGRAMMES)
    with pytest.raises(PhaseClosed):
        support(session, clock, waiting)

    assert session.scalar(sa.select(sa.func.count()).select_from(Support)) == 0


@pytest.mark.parametrize(
    "decision", ["accepted", "accepted_in_part", "rejected", "out_of_scope"]
)
def test_a_decision_is_public_with_its_reason(
    session: Session, clock: FrozenClock, decision: str
):
    suggestion = suggest(session, clock)

    decide(session, clock, suggestion, decision=decision, reason="So it is.")

    [row] = listed(session, state=decision)["items"]
    [event] = recorded(session, SuggestionDecided)
    assert (row.reason, row.decided_at) == ("So it is.", clock.now())
    assert (event["decision"], event["reason"]) == (decision, "So it is.")


@pytest.mark.parametrize(
    "spoilt", [{"reason": ""}, {"reason": "\n \t"}, {"decision": "open"}]
)
def test_no_decision_without_a_reason_and_no_open_decision(
    session: Session, clock: FrozenClock, spoilt: dict[str, str]
):
    suggestion = suggest(session, clock)

    with pytest.raises(InvalidPayload):
        decide(session, clock, suggestion, **spoilt)

    assert queries.get_suggestion(session, PRIMARY, suggestion).state == "open"


def test_a_decision_is_taken_once(session: Session, clock: FrozenClock):
    suggestion = suggest(session, clock)
    decide(session, clock, suggestion, decision="rejected")

    with pytest.raises(SuggestionAlreadyDecided) as refusal:
        decide(session, clock, suggestion)

    assert refusal.value.params == {"decision": "rejected"}


def test_officers_decide_for_their_own_territory(session: Session, clock: FrozenClock):
    suggestion = suggest(session, clock)
    facts = {"decision": views.SuggestionState.ACCEPTED, "reason": "Yes."}
    which = {"primary": PRIMARY, "suggestion": suggestion}

    with pytest.raises(OutsideYourTerritory):
        suggestions.decide_suggestion(
            session, clock, scopes=frozenset({"KZ-KUS"}), **which, **facts
        )

    suggestions.decide_suggestion(
        session, clock, scopes=frozenset({REGION}), **which, **facts
    )
    assert queries.get_suggestion(session, PRIMARY, suggestion).state == "accepted"


def test_a_suggestion_of_another_primary_is_not_found(
    session: Session, clock: FrozenClock
):
    suggestion = suggest(session, clock)

    with pytest.raises(UnknownSuggestion):
        queries.get_suggestion(session, "rehearsal-2020", suggestion)
    with pytest.raises(UnknownSuggestion):
        support(session, clock, "no such suggestion")


def test_pages_of_suggestions_follow_one_another(session: Session, clock: FrozenClock):
    made = [suggest(session, clock, f"author {number // 4}") for number in range(8)]
    for _ in range(2):
        clock.tick(minutes=1)
        made.append(suggest(session, clock, "late author"))
    seen: list[str] = []
    cursor = None

    for _ in range(4):
        page = listed(session, after=cursor, limit=3)
        seen += [row.suggestion for row in page["items"]]
        cursor = page["next"]

    assert cursor is None
    assert sorted(seen) == sorted(made)
    assert seen[-2:] == made[-2:]
