from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from chassis.effects import apply_event
from chassis.errors import InvalidPayload
from chassis.events import handlers_in
from chassis.testing import FrozenClock, an_envelope
from chassis.wire import load
from contracts.campaign import operations, views
from contracts.campaign.errors import (
    CandidateHasWithdrawn,
    LanguageNotOffered,
    NotYourPage,
    PageChangedMeanwhile,
    UnknownCandidate,
)
from contracts.copies import PhaseClosed
from contracts.definition import UnknownTerritory
from contracts.registration.events import CandidacyRegistered, CandidacyWithdrawn
from services.campaign import candidates, handlers, queries
from tests.support.campaign import (
    AFTER_CAMPAIGNING,
    DISTRICT,
    DISTRICT_CONTEST,
    PRIMARY,
    REGION,
    REGION_CONTEST,
    a_candidacy,
    register_candidates,
)

PAGE = {
    "statement": "Roads first.",
    "education": "Teacher's college",
    "links": [{"title": "My page", "address": "https://example.org/me"}],
    "translations": {"ru": {"statement": "Сначала дороги.", "education": ""}},
}


def the_candidates(session: Session, **filters: Any) -> list[str]:
    listed = list_page(session, **filters)
    return [row.candidacy for row in listed["items"]]


def list_page(session: Session, **filters: Any) -> dict[str, Any]:
    request = load(operations.ListCandidates.Request, {"primary": PRIMARY, **filters})
    return queries.list_candidates(session, **request)


def edit(session: Session, clock: FrozenClock, **changes: Any) -> Any:
    facts = {
        "candidacies": frozenset({"candidacy-001"}),
        "primary": PRIMARY,
        "candidacy": "candidacy-001",
        "version": 0,
        **PAGE,
    }
    return candidates.edit_page(session, clock, **(facts | changes))


def test_registration_opens_a_page_and_withdrawal_strikes_it(
    session: Session, clock: FrozenClock
):
    place = {"region": REGION, "territory": DISTRICT}
    registered = an_envelope(CandidacyRegistered, **place, **a_candidacy(1))
    withdrawn = an_envelope(
        CandidacyWithdrawn,
        **place,
        primary=PRIMARY,
        candidacy="candidacy-001",
        contest=DISTRICT_CONTEST,
        reason_code="stood_down",
    )

    for envelope in (registered, withdrawn):
        apply_event(session, clock, handlers_in(handlers), envelope)

    page = queries.get_candidate(session, PRIMARY, "candidacy-001")
    assert (page.territory, page.region) == (DISTRICT, REGION)
    assert page.withdrawn_because == "stood_down"


def test_nobody_learns_a_candidates_birthday_or_membership_number():
    shown = set(views.CandidateView().fields)

    assert shown.isdisjoint({"member", "iin", "birth_date", "telephone"})
    assert "birth_year" in shown


def test_a_territory_lists_its_own_candidates_and_those_inside_it(session: Session):
    register_candidates(session, [1], contest=DISTRICT_CONTEST)
    register_candidates(session, [2], contest=REGION_CONTEST)
    register_candidates(session, [3], contest="maslikhat-kz-kus")

    assert the_candidates(session, territory=DISTRICT) == ["candidacy-001"]
    assert the_candidates(session, territory=REGION) == [
        "candidacy-001",
        "candidacy-002",
    ]
    assert len(the_candidates(session, territory="KZ")) == 3


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"woman": True}, [1]),
        ({"woman": False}, [2, 3]),
        ({"young": True}, [2]),
        ({"route": "ppo"}, [3]),
        ({"contest": REGION_CONTEST}, [3]),
        ({"withdrawn": True}, [3]),
        ({"withdrawn": False}, [1, 2]),
        ({"text": "ӘСЕЛ"}, [1]),
        ({"text": "engineer"}, [2]),
        ({"text": "100%"}, []),
        ({"woman": False, "young": True}, [2]),
    ],
)
def test_candidates_are_found_by_what_they_are(
    session: Session, filters: dict[str, Any], numbers: list[int]
):
    register_candidates(session, [1], woman=True, name="Әсел Нұрланқызы")
    register_candidates(session, [2], young=True, occupation="Engineer")
    register_candidates(session, [3], route="ppo", contest=REGION_CONTEST)
    candidates.strike_page(
        session, primary=PRIMARY, candidacy="candidacy-003", reason_code="removed"
    )

    found = list_page(session, **filters)

    assert sorted(row.candidacy for row in found["items"]) == [
        f"candidacy-{number:03}" for number in numbers
    ]
    assert found["total"] == len(numbers)


def test_pages_follow_one_another_without_gap_or_repetition(session: Session):
    everybody = register_candidates(session, range(25), name="One Name For All")
    seen: list[str] = []
    cursor = None

    for _ in range(9):
        page = list_page(session, after=cursor, limit=3)
        seen += [row.candidacy for row in page["items"]]
        cursor = page["next"]

    assert cursor is None
    assert seen == everybody


def test_what_is_not_there_is_not_listed_as_nothing(session: Session):
    with pytest.raises(UnknownTerritory):
        the_candidates(session, territory="KZ-XXX")
    with pytest.raises(UnknownCandidate):
        the_candidates(session, after="candidacy-999")
    with pytest.raises(UnknownCandidate):
        queries.get_candidate(session, PRIMARY, "candidacy-999")


def test_a_candidate_writes_their_page(session: Session, clock: FrozenClock):
    register_candidates(session, [1])

    page = edit(session, clock)

    assert page.statement == "Roads first."
    assert page.version == 1
    assert page.edited_at == clock.now()


def test_a_page_is_written_in_the_other_languages_of_the_primary_too(
    session: Session, clock: FrozenClock
):
    register_candidates(session, [1])

    page = edit(session, clock)

    assert page.translations["ru"]["statement"] == "Сначала дороги."


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_translation_is_into_the_first_language_or_a_foreign_one(
    session: Session, clock: FrozenClock, language: str
):
    register_candidates(session, [1])
    words = {"statement": "Roads first.", "education": ""}

    with pytest.raises(LanguageNotOffered):
        edit(session, clock, translations={language: words})

    assert queries.get_candidate(session, PRIMARY, "candidacy-001").version == 0


def test_an_edit_based_on_an_older_page_is_refused(
    session: Session, clock: FrozenClock
):
    register_candidates(session, [1])
    edit(session, clock)

    with pytest.raises(PageChangedMeanwhile) as refusal:
        edit(session, clock, statement="Something else")

    assert refusal.value.params == {"version": 1}
    page = queries.get_candidate(session, PRIMARY, "candidacy-001")
    assert page.statement == "Roads first."


def test_nobody_writes_on_somebody_elses_page(session: Session, clock: FrozenClock):
    register_candidates(session, [1, 2])

    with pytest.raises(NotYourPage):
        edit(session, clock, candidacy="candidacy-002")


def test_a_page_is_closed_at_the_very_instant_campaigning_ends(
    session: Session, clock: FrozenClock
):
    register_candidates(session, [1])
    clock.set(AFTER_CAMPAIGNING)

    with pytest.raises(PhaseClosed):
        edit(session, clock)

    clock.tick(microseconds=-1)
    assert edit(session, clock).version == 1


def test_who_no_longer_stands_no_longer_writes(session: Session, clock: FrozenClock):
    register_candidates(session, [1])
    candidates.strike_page(
        session, primary=PRIMARY, candidacy="candidacy-001", reason_code="removed"
    )

    with pytest.raises(CandidateHasWithdrawn):
        edit(session, clock)


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("statement", "a" * 4001, "/statement"),
        ("education", "a" * 501, "/education"),
        ("links", [{"title": "x", "address": "javascript:alert(1)"}], "/links/0"),
        ("links", [{"title": "x", "address": "http://example.org"}], "/links/0"),
        ("links", [PAGE["links"][0]] * 6, "/links"),
        ("translations", {"ru": {"statement": "a" * 4001}}, "/translations/ru"),
        ("photo", "x", "/photo"),
        ("version", "newest", "/version"),
    ],
)
def test_a_page_keeps_to_its_form(field: str, value: object, pointer: str):
    page = {"primary": PRIMARY, "candidacy": "c", "version": 0, **PAGE, field: value}

    with pytest.raises(InvalidPayload) as refusal:
        load(operations.EditCandidatePage.Request, page)

    problems: Any = refusal.value.params["problems"]
    assert [p["pointer"].startswith(pointer) for p in problems] == [True]
