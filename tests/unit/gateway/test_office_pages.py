"""What those do on their pages who run a primary: officers, stations, trustees."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.testing import FrozenClock
from contracts.registration.errors import (
    LotValuesDiffer,
    NominationDecided,
    SecondOfficerNeeded,
)
from contracts.registration.operations import (
    ApproveCalendarChange,
    ApproveLot,
    DecideNominations,
    EnterLot,
    FinaliseBallot,
    FreezeRoll,
    ListContests,
    ListLots,
    ListNominations,
    ListTerritories,
    ProposeCalendarChange,
    ReadSession,
    ShowCalendar,
    ShowPrimary,
    WithdrawNomination,
)
from contracts.registration.views import (
    CalendarChangeView,
    LotView,
    NominationPersonView,
)
from contracts.tally.operations import ReadCount
from contracts.tally.views import BoardProgressView
from gateway.pages.site import PAGES
from tests.support.definitions import a_definition_document
from tests.support.gateway import Browser, ScriptedServices, a_holder
from tests.support.outline import Outline
from tests.support.samples import a_sample

P = "/tiny-2020"
VETTING = "2020-08-28T06:00:00Z"
VOTING = "2020-10-02T06:00:00Z"
ROLES = ("officer", "station_officer", "trustee", "observer", "administrator")


def pages_of_offices() -> list[str]:
    """The addresses of all pages of offices, filled in with samples."""
    parts = {
        "<primary>": "tiny-2020",
        "<version>": "2",
    }
    addresses = [
        page.address
        for page in PAGES
        if getattr(page, "template", "").startswith("office/")
    ]
    for part, sample in parts.items():
        addresses = [address.replace(part, sample) for address in addresses]
    return addresses


@pytest.fixture
def services() -> ScriptedServices:
    services = ScriptedServices()
    held = [{"role": role, "scope": ""} for role in ROLES]
    services.answer(ReadSession, a_holder(roles=held))
    document = a_definition_document()
    contests = [
        a_sample(ListContests.Response)["items"][0] | each
        for each in document["contests"]
    ]
    territories = [
        a_sample(ListTerritories.Response)["items"][0] | each
        for each in document["territories"]
    ]
    services.answer(ListContests, {"items": contests})
    services.answer(ListTerritories, {"items": territories})
    services.answer(ListNominations, {"items": [nomination()], "next": None})
    return services


def at(services: ScriptedServices, instant: str) -> Browser:
    return Browser(services, session="the-session", clock=FrozenClock(instant))


def nomination(**facts: Any) -> dict[str, Any]:
    kept = {"nomination": "n-1", "state": "submitted", "reason_code": None}
    return a_sample(NominationPersonView, **(kept | {"reason": None} | facts))


def calendar_with(**facts: Any) -> dict[str, Any]:
    change = a_sample(CalendarChangeView, version=2, state="proposed", answer=None)
    return a_sample(ShowCalendar.Response, changes=[change | facts], version=1)


@pytest.mark.parametrize("instant", [VETTING, VOTING])
@pytest.mark.parametrize("address", pages_of_offices())
def test_every_page_of_an_office_can_be_read_without_seeing_it(
    services, address, instant
):
    answer = at(services, instant).get(address)

    assert answer.status_code == 200, answer.text
    assert answer.cache_control.no_store
    assert "This page needs the role" in answer.text
    Outline(answer.text).require_readable()


@pytest.mark.parametrize("address", pages_of_offices())
def test_who_holds_no_office_is_told_which_it_takes_and_who_grants_it(
    services, address
):
    services.answer(ReadSession, a_holder("member"))

    answer = at(services, VETTING).get(address)

    assert answer.status_code == 403
    assert "The administrator enters" in answer.text or "secret" in answer.text


# --- vetting


def test_an_officer_registers_several_at_once(services):
    both = [nomination(), nomination(nomination="n-2")]
    services.answer(ListNominations, {"items": both, "next": None})
    browser = at(services, VETTING)
    browser.get(f"{P}/office/nominations?territory=KZ-AKM")

    sent = browser.filled() | {"do": "register", "chosen": ["n-1", "n-2"]}
    answer = browser.post(browser.address, sent)

    assert answer.location == f"{P}/office/nominations?territory=KZ-AKM"
    assert services.questions(DecideNominations) == [
        {
            "primary": "tiny-2020",
            "decisions": [
                {"nomination": "n-1", "decision": "register"},
                {"nomination": "n-2", "decision": "register"},
            ],
        }
    ]


def test_the_inbox_shows_what_waits_unless_another_state_is_asked_for(services):
    browser = at(services, VETTING)
    for query in ("", "?state=refused", "?state=every"):
        browser.get(f"{P}/office/nominations{query}")

    asked = [each.get("state") for each in services.questions(ListNominations)]
    assert asked == ["submitted", "refused", None]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason_code": "documents", "reason": "No consent."}, "chosen-wrong"),
        ({"chosen": "n-1", "reason": "No consent."}, "reason_code-error"),
        ({"chosen": "n-1", "reason_code": "documents"}, "reason-error"),
    ],
)
def test_a_refusal_names_whom_the_ground_and_the_reason(services, given, field):
    browser = at(services, VETTING)
    browser.get(f"{P}/office/nominations")

    answer = browser.send(do="refuse", **given)

    assert answer.status_code == 422
    assert f'id="{field}"' in answer.text
    assert services.questions(DecideNominations) == []


def test_a_refusal_that_comes_too_late_says_so_and_keeps_what_was_written(services):
    services.answer(
        DecideNominations, NominationDecided(nomination="n", state="refused")
    )
    browser = at(services, VETTING)
    browser.get(f"{P}/office/nominations")
    given = {"chosen": "n-1", "reason_code": "documents", "reason": "No consent."}

    answer = browser.send(do="refuse", **given)

    assert answer.status_code == 409
    assert "No consent." in answer.text
    assert "is not waiting for a decision" in answer.text


def test_a_candidate_is_removed_with_a_reason_and_alone(services):
    registered = [nomination(nomination=name, state="registered") for name in "ab"]
    services.answer(ListNominations, {"items": registered, "next": None})
    browser = at(services, VOTING)
    browser.get(f"{P}/office/nominations?state=registered")
    reason = {"do": "remove", "reason": "False information."}

    both = browser.filled() | reason | {"chosen": ["a", "b"]}
    assert browser.post(browser.address, both).status_code == 422
    answer = browser.send(chosen="b", **reason)

    assert answer.status_code == 303
    assert services.questions(WithdrawNomination) == [
        {"primary": "tiny-2020", "nomination": "b", "reason": "False information."}
    ]


# --- the calendar


def test_an_officer_sees_what_voters_will_see_before_proposing_it(services):
    browser = at(services, VOTING)
    browser.get(f"{P}/office/calendar/propose")
    browser.send(
        do="next",
        phase="voting",
        closes_at="2020-10-03T22:00",
        reason="The site was slow.",
    )
    assert "The time has been extended." in browser.text
    assert "22:00" in browser.text

    answer = browser.send(do="send")

    assert answer.location == f"{P}/office/calendar/2"
    assert services.questions(ProposeCalendarChange) == [
        {
            "primary": "tiny-2020",
            "phase": "voting",
            "closes_at": "2020-10-03T16:00:00Z",
            "reason": "The site was slow.",
        }
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"phase": "tea"}, "phase-error"),
        ({"closes_at": "tomorrow"}, "closes_at-error"),
        ({"closes_at": "2020-10-01T22:00"}, "closes_at-error"),
        ({"reason": "so"}, "reason-error"),
    ],
)
def test_half_a_proposal_does_not_go_on(services, given, field):
    whole = {
        "phase": "voting",
        "closes_at": "2020-10-03T22:00",
        "reason": "The site was slow.",
    }
    browser = at(services, VOTING)
    browser.get(f"{P}/office/calendar/propose")

    answer = browser.send(do="next", **(whole | given))

    assert answer.status_code == 422
    assert f'id="{field}"' in answer.text


def test_a_second_officer_types_the_name_of_the_primary_to_approve(services):
    services.answer(ShowCalendar, calendar_with())
    browser = at(services, VOTING)
    browser.get(f"{P}/office/calendar/2")

    assert browser.send("approve", confirmed="yes").status_code == 422
    assert services.questions(ApproveCalendarChange) == []
    answer = browser.send("approve", confirmed="tiny-2020")

    assert answer.location == f"{P}/office/calendar"
    assert services.questions(ApproveCalendarChange) == [
        {"primary": "tiny-2020", "version": 2}
    ]


def test_who_proposed_a_change_is_told_that_another_must_approve_it(services):
    services.answer(ShowCalendar, calendar_with())
    services.answer(ApproveCalendarChange, SecondOfficerNeeded())
    browser = at(services, VOTING)
    browser.get(f"{P}/office/calendar/2")

    answer = browser.send("approve", confirmed="tiny-2020")

    assert answer.status_code == 403
    assert "Another officer than the one who proposed this" in answer.text


def test_a_change_that_nobody_has_proposed_is_not_there(services):
    assert at(services, VOTING).get(f"{P}/office/calendar/99").status_code == 404


# --- roll, ballot, lots, count


@pytest.mark.parametrize(
    ("deed", "field", "operation"),
    [
        ("freeze", "confirmed", FreezeRoll),
        ("finalise", "candidates", FinaliseBallot),
    ],
)
def test_what_cannot_be_undone_is_confirmed_by_typing(services, deed, field, operation):
    open_still = {"roll_frozen_at": None, "ballot_finalised_at": None}
    services.answer(ShowPrimary, a_sample(ShowPrimary.Response, **open_still))
    browser = at(services, VOTING)
    browser.get(f"{P}/office/ballot")

    assert browser.send(deed, **{field: "ok"}).status_code == 422
    assert services.questions(operation) == []
    answer = browser.send(deed, **{field: "tiny-2020"})

    assert answer.location == f"{P}/office/ballot"
    assert services.questions(operation) == [{"primary": "tiny-2020"}]


def test_before_its_time_the_roll_cannot_be_frozen_and_the_page_says_when(services):
    open_still = {"roll_frozen_at": None, "ballot_finalised_at": None}
    services.answer(ShowPrimary, a_sample(ShowPrimary.Response, **open_still))

    text = at(services, VETTING).get(f"{P}/office/ballot").text

    assert "The roll can be frozen from" in text
    assert 'value="freeze"' not in text


def test_one_officer_enters_a_lot_s_value_and_it_is_not_shown_to_the_second(services):
    services.answer(ListLots, {"items": []})
    browser = at(services, "2020-10-04T13:00:00Z")
    browser.get(f"{P}/office/lots")
    given = {"ties.value": "427.13", "ties.source": "The National Bank, 5 October"}
    sent = browser.filled("enter") | {"lot": "ties"} | given

    answer = browser.post(browser.address, sent)

    assert answer.location == f"{P}/office/lots"
    [asked] = services.questions(EnterLot)
    assert (asked["lot"], asked["value"]) == ("ties", "427.13")
    entered = a_sample(LotView, lot="ties", value="427.13", state="entered")
    services.answer(ListLots, {"items": [entered]})
    assert "427.13" not in browser.get(f"{P}/office/lots").text


def test_two_officers_who_read_different_values_draw_nothing(services):
    entered = a_sample(LotView, lot="ties", value="427.13", state="entered")
    services.answer(ListLots, {"items": [entered]})
    services.answer(ApproveLot, LotValuesDiffer(lot="ties"))
    browser = at(services, "2020-10-04T13:00:00Z")
    browser.get(f"{P}/office/lots")

    answer = browser.send("approve", ties__value="427.31")

    assert answer.status_code == 409
    assert "differs from the one" in answer.text
    assert "427.31" in answer.text


def test_a_disputed_board_is_named_with_its_record(services):
    dispute = {"height": 17, "reason": "the proof does not hold"}
    board = a_sample(BoardProgressView, state="disputed", dispute=dispute)
    count = a_sample(ReadCount.Response, boards=[board], published_at=None)
    services.answer(ReadCount, count | {"states": {"disputed": 1}})

    text = at(services, VOTING).get(f"{P}/office/count").text

    assert "record 17: the proof does not hold" in text
    assert "0 of 1" in text
