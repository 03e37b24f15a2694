"""What those do on their pages who run a primary: officers, stations, trustees."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from chassis.errors import InvalidPayload
from chassis.testing import FrozenClock
from contracts.campaign.errors import CapacityShort
from contracts.campaign.operations import (
    DecideSuggestion,
    ListSuggestions,
    PostponeDebate,
    ReadDebate,
    ReadProgramme,
    RecordAttendance,
    ReviseProgramme,
    ScheduleDebates,
)
from contracts.campaign.views import DebateView, SpeakerView, SuggestionView
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
    ImportMembers,
    ListLots,
    ListNominations,
    ProposeCalendarChange,
    ReadSession,
    ResolveVoter,
    ShowCalendar,
    ShowPrimary,
    WithdrawNomination,
)
from contracts.registration.views import (
    CalendarChangeView,
    LotView,
    NominationPersonView,
)
from contracts.tally.disputes import ResolutionView
from contracts.tally.errors import WrongPartialDecryption
from contracts.tally.operations import (
    ApproveResolution,
    HandInKey,
    ListResolutions,
    ListTrustees,
    ProposeResolution,
    ReadCount,
    SubmitPartialDecryptions,
)
from contracts.tally.views import BoardProgressView
from contracts.voting.errors import (
    AlreadyMarked,
    MarkStands,
    ProtocolDoesNotAddUp,
    SignedByItsAuthor,
    UnknownBoard,
)
from contracts.voting.operations import (
    CheckVoter,
    EnterProtocol,
    ImportStations,
    ListProtocols,
    ListStations,
    MarkVoter,
    ShowBoard,
    ShowElection,
    ShowTreeHead,
    SignProtocol,
    UndoMark,
)
from gateway.pages.site import PAGES
from tests.support.gateway import Browser, ScriptedServices, a_holder
from tests.support.outline import Outline
from tests.support.samples import a_sample

P = "/tiny-2020"
VETTING = "2020-08-28T06:00:00Z"
VOTING = "2020-10-02T06:00:00Z"
STATIONS_OPEN = "2020-10-03T03:00:00Z"
STATIONS_CLOSED = "2020-10-03T09:00:00Z"
ROLES = ("officer", "station_officer", "trustee", "observer", "administrator")


def pages_of_offices() -> list[str]:
    """The addresses of all pages of offices, filled in with samples."""
    parts = {
        "<primary>": "tiny-2020",
        "<version>": "2",
        "<board>": "KZ-111000000",
        "<debate>": "d-1",
        "<territory>": "KZ-111000000",
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
    services.know_places()
    services.answer(ListNominations, {"items": [nomination()], "next": None})
    services.answer(ShowElection, election())
    services.answer(ListProtocols, {"items": []})
    school = a_sample(ListStations.Response)["items"][0] | {"station": "school"}
    services.answer(ListStations, {"items": [school], "next": None})
    return services


def at(services: ScriptedServices, instant: str) -> Browser:
    return Browser(services, session="the-session", clock=FrozenClock(instant))


def nomination(**facts: Any) -> dict[str, Any]:
    kept = {"nomination": "n-1", "state": "submitted", "reason_code": None}
    return a_sample(NominationPersonView, **(kept | {"reason": None} | facts))


def election() -> dict[str, Any]:
    """A ballot with one question and two names on it."""
    names = {"questions": [{"answers": ["Aigul Sample", "Berik Sample"]}]}
    question = {"contest": "maslikhat-kz-akm", "candidacies": ["c-1", "c-2"]}
    known = {"election": json.dumps(names), "questions": [question]}
    return a_sample(ShowElection.Response, **known)


def calendar_with(**facts: Any) -> dict[str, Any]:
    change = a_sample(CalendarChangeView, version=2, state="proposed", answer=None)
    return a_sample(ShowCalendar.Response, changes=[change | facts], version=1)


@pytest.mark.parametrize("instant", [VETTING, VOTING, STATIONS_OPEN, STATIONS_CLOSED])
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


@pytest.fixture
def a_dispute(services) -> dict:
    dispute = {"height": 17, "reason": "the proof does not hold"}
    facts = {"dispute": dispute, "exclusion": None, "board": "KZ-1"}
    board = a_sample(BoardProgressView, state="disputed", **facts)
    services.answer(ReadCount, a_sample(ReadCount.Response, boards=[board]))
    services.answer(ListResolutions, {"items": []})
    return board


def test_an_officer_proposes_what_becomes_of_a_disputed_board(services, a_dispute):
    services.answer(ProposeResolution, a_sample(ResolutionView))
    browser = at(services, STATIONS_CLOSED)
    browser.get(f"{P}/office/disputes/KZ-1")

    assert browser.send("propose", reason="Damaged on its way.").status_code == 422
    answer = browser.send(
        "propose", decision="check_again", reason="Damaged on its way."
    )

    assert answer.location == f"{P}/office/disputes/KZ-1"
    assert services.questions(ProposeResolution) == [
        {
            "primary": "tiny-2020",
            "board": "KZ-1",
            "decision": "check_again",
            "reason": "Damaged on its way.",
        }
    ]


def test_another_officer_approves_the_newest_proposal_alone(services, a_dispute):
    proposals = [
        a_sample(ResolutionView, board="KZ-1", number=number, decision="exclude")
        | {"approved_at": None}
        for number in (1, 2)
    ]
    services.answer(ListResolutions, {"items": proposals})
    services.answer(ApproveResolution, a_sample(ResolutionView))
    browser = at(services, STATIONS_CLOSED)
    browser.get(f"{P}/office/disputes/KZ-1")

    assert browser.send("approve", confirmed="yes").status_code == 422
    browser.send("approve", confirmed="tiny-2020")

    of_one = {"primary": "tiny-2020", "board": "KZ-1"}
    assert services.questions(ListResolutions)[0] == of_one
    assert services.questions(ReadCount)[0] == of_one
    assert services.questions(ApproveResolution) == [
        {"primary": "tiny-2020", "board": "KZ-1", "number": 2}
    ]


def test_no_board_can_be_left_out_while_people_vote(services, a_dispute):
    text = at(services, VOTING).get(f"{P}/office/disputes/KZ-1").text

    assert 'value="check_again"' in text
    assert 'value="exclude"' not in text


# --- polling stations


@pytest.mark.parametrize(
    ("status", "words", "may_mark"),
    [
        ("may_vote", "On the roll, and has not voted.", True),
        ("voted_online", "Voted online: no paper ballot.", False),
        ("marked", "A paper ballot was issued already.", False),
    ],
)
def test_a_voter_is_looked_up_before_anything_is_marked(
    services, status, words, may_mark
):
    services.answer(CheckVoter, a_sample(CheckVoter.Response, status=status))
    services.answer(ResolveVoter, {"voter": "signed-voter"})
    browser = at(services, STATIONS_OPEN)
    browser.get(f"{P}/station?station=school")

    answer = browser.send("check", iin="850312 401235")

    assert words in answer.text
    assert ('value="mark"' in answer.text) is may_mark
    assert "850312" not in answer.text
    assert services.questions(MarkVoter) == []
    [asked] = services.questions(CheckVoter)
    assert (asked["station"], asked["voter"]) == ("school", "signed-voter")


def test_a_voter_is_marked_once_and_the_mark_can_be_taken_back(services):
    services.answer(CheckVoter, a_sample(CheckVoter.Response, status="may_vote"))
    services.answer(ResolveVoter, {"voter": "signed-voter"})
    browser = at(services, STATIONS_OPEN)
    browser.get(f"{P}/station?station=school")
    browser.send("check", iin="850312401235")
    sent = browser.filled("mark")
    for _ in range(2):
        browser.post(browser.address, sent)

    assert "Hand out one paper ballot." in browser.text
    assert len(services.questions(MarkVoter)) == 1
    answer = browser.send("undo", reason="wrong_person")

    assert answer.location == f"{P}/station?station=school"
    [asked] = services.questions(UndoMark)
    assert (asked["voter"], asked["reason"]) == ("signed-voter", "wrong_person")


def test_the_same_voter_looked_up_again_is_looked_up_anew(services):
    services.answer(ResolveVoter, {"voter": "signed-voter"})
    browser = at(services, STATIONS_OPEN)
    browser.get(f"{P}/station?station=school")
    for _ in range(3):
        browser.send("check", iin="850312401235")

    assert len(services.questions(CheckVoter)) == 3


@pytest.mark.parametrize(
    ("deed", "operation", "refusal", "words"),
    [
        ("mark", MarkVoter, AlreadyMarked(station="s", marked_at="x"), "was issued"),
        ("undo", UndoMark, MarkStands(minutes=2), "within 2 minutes"),
    ],
)
def test_what_the_register_refuses_is_said(services, deed, operation, refusal, words):
    services.answer(operation, refusal)
    services.answer(CheckVoter, a_sample(CheckVoter.Response, status="may_vote"))
    browser = at(services, STATIONS_OPEN)
    browser.get(f"{P}/station?station=school")
    browser.send("check", iin="850312401235")
    if deed == "undo":
        browser.send("mark")

    answer = browser.send(deed, reason="wrong_person")

    assert answer.status_code == 409
    assert words in answer.text


def counts(**changed: str) -> dict[str, str]:
    own = {"issued": "10", "cast": "9", "returned": "1"}
    first = {"valid": "7", "blank": "1", "spoilt": "1"}
    votes = {"votes__c-1": "5", "votes__c-2": "4"}
    inside = {f"counts__0__{name}": value for name, value in (first | votes).items()}
    return own | inside | changed


def test_a_protocol_is_entered_question_by_question(services):
    browser = at(services, STATIONS_CLOSED)
    browser.get(f"{P}/station/protocol?station=school")
    assert "Aigul Sample" in browser.text

    answer = browser.send("enter", **counts())

    assert answer.location == f"{P}/station/protocol?station=school"
    assert services.questions(EnterProtocol) == [
        {
            "primary": "tiny-2020",
            "station": "school",
            "issued": 10,
            "cast": 9,
            "returned": 1,
            "counts": [
                {
                    "contest": "maslikhat-kz-akm",
                    "valid": 7,
                    "blank": 1,
                    "spoilt": 1,
                    "votes": {"c-1": 5, "c-2": 4},
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"issued": "12"}, "issued-error", "by 2."),
        ({"counts__0__blank": "4"}, "counts.0.valid-error", "by 3."),
        ({"counts__0__votes__c-1": "five"}, "counts.0.votes.c-1-error", "a number"),
        ({"cast": "-9"}, "cast-error", "a number"),
    ],
)
def test_numbers_that_do_not_add_up_say_by_how_much(services, changed, field, words):
    browser = at(services, STATIONS_CLOSED)
    browser.get(f"{P}/station/protocol?station=school")

    answer = browser.send("enter", **counts(**changed))

    assert answer.status_code == 422
    assert words in browser.field(field)
    assert services.questions(EnterProtocol) == []


def test_what_the_register_knows_better_is_said_beside_the_number(services):
    problems: Any = [{"pointer": "/cast", "detail": "Only 3 voters are marked."}]
    services.answer(EnterProtocol, ProtocolDoesNotAddUp(problems=problems))
    browser = at(services, STATIONS_CLOSED)
    browser.get(f"{P}/station/protocol?station=school")

    browser.send("enter", **counts())

    assert "Only 3 voters are marked." in browser.field("cast-error")


def test_a_second_officer_signs_the_newest_version(services):
    entered = a_sample(ListProtocols.Response)["items"][0]
    entered |= {"state": "entered", "version": 2, "accepted_at": None}
    entered["counts"][0] |= {"contest": "maslikhat-kz-akm", "votes": {"c-2": 41}}
    services.answer(ListProtocols, {"items": [entered, entered | {"version": 1}]})
    browser = at(services, STATIONS_CLOSED)
    browser.get(f"{P}/station/protocol?station=school")
    assert browser.text.count('value="sign"') == 1
    assert "Berik Sample" in browser.text
    assert 'value="41"' in browser.text  # a correction starts from what was entered

    assert browser.send("sign").status_code == 303
    assert services.questions(SignProtocol) == [
        {"primary": "tiny-2020", "station": "school", "version": 2}
    ]
    services.answer(SignProtocol, SignedByItsAuthor())
    browser.get(f"{P}/station/protocol?station=school")
    assert "another station officer" in browser.send("sign").text


# --- trustees


def file_of(content: Any, name: str = "file.json") -> tuple[BytesIO, str]:
    text = content if isinstance(content, str) else json.dumps(content)
    return BytesIO(text.encode()), name


@pytest.fixture
def trustee(services) -> ScriptedServices:
    """Trustee 2 of 3, who has handed in nothing; all three are needed."""
    services.answer(ReadSession, a_holder(roles=[{"role": "trustee", "scope": "2"}]))
    none_in = {"trustees": [], "public_key": None, "needed": 3, "threshold": 3}
    services.answer(ListTrustees, a_sample(ListTrustees.Response, **none_in))
    return services


def test_a_trustee_hands_in_the_public_half(trustee):
    browser = at(trustee, VETTING)
    browser.get(f"{P}/trustee")
    assert "You are trustee 2 of 3" in browser.text
    key = {"pok": {"challenge": "1", "response": "2"}, "public_key": "ab"}

    sent = browser.filled("hand-in") | {"public_key": file_of(key)}
    answer = browser.post(browser.address, sent)

    assert answer.location == f"{P}/trustee"
    assert trustee.questions(HandInKey) == [{"primary": "tiny-2020", "public_key": key}]


@pytest.mark.parametrize("content", ["", "no json", "[1]", "[" * 100_000])
def test_a_file_that_is_no_key_is_refused_beside_its_field(trustee, content):
    browser = at(trustee, VETTING)
    browser.get(f"{P}/trustee")

    sent = browser.filled("hand-in") | {"public_key": file_of(content)}
    answer = browser.post(browser.address, sent)

    assert answer.status_code == 422
    assert browser.field("public_key-error")
    assert trustee.questions(HandInKey) == []


def test_a_trustee_hands_in_decryptions_and_is_told_what_was_taken(trustee):
    board = a_sample(BoardProgressView, state="waiting_for_trustees", dispute=None)
    boards = [board | {"board": f"b-{number:03}"} for number in range(150)]
    trustee.answer(ReadCount, a_sample(ReadCount.Response, boards=boards))
    told = {"trustee": 2, "accepted": 149, "known": 1, "missing": 0}
    trustee.answer(SubmitPartialDecryptions, told)
    browser = at(trustee, STATIONS_CLOSED)
    browser.get(f"{P}/trustee")
    assert "tallies?limit=100&amp;after=b-099" in browser.text
    made = {"trustee_public_key": "ab", "partial_decryptions": [{"district": "d"}]}

    sent = browser.filled("decrypt") | {
        "decryptions": file_of(made | {"primary": "tiny-2020"})
    }
    answer = browser.post(browser.address, sent)

    assert "Taken now: 149. There already: 1. Still missing: 0." in answer.text
    assert trustee.questions(SubmitPartialDecryptions) == [
        made | {"primary": "tiny-2020"}
    ]
    wrong = WrongPartialDecryption(board="b-001", reason="the proof does not hold")
    trustee.answer(SubmitPartialDecryptions, wrong)
    browser.get(f"{P}/trustee")
    sent = browser.filled("decrypt") | {"decryptions": file_of(made)}
    browser.post(browser.address, sent)
    assert "the proof does not hold" in browser.field("decryptions-error")


# --- files


def test_a_file_is_checked_before_it_is_taken_and_says_which_rows_are_wrong(services):
    problem = {"field": "iin", "code": "checksum", "reason": "The last digit is wrong."}
    row = {"row": 7, "verdict": "refused", "problems": [problem]}
    verdict = {"accepted": 6, "known": 0, "refused": 1, "applied": False}
    services.answer(ImportMembers, verdict | {"rows": [row]})
    browser = at(services, VETTING)
    browser.get(f"{P}/office/registers")
    given = {"register": "members", "file": file_of("iin,name\n1,A\n", "m.csv")}

    answer = browser.post(browser.address, browser.filled() | {"do": "check"} | given)

    assert "The last digit is wrong." in answer.text
    assert "Nothing was changed" in answer.text
    assert services.questions(ImportMembers) == [
        {"primary": "tiny-2020", "csv": "iin,name\n1,A\n", "dry_run": True}
    ]


STATIONS = "station,district,name,address\nschool,KZ-111000000,School,Main St\n"


def test_an_officer_takes_in_stations(services):
    browser = at(services, VETTING)
    browser.get(f"{P}/office/stations")

    sent = browser.filled("take") | {"file": file_of(STATIONS, "s.csv")}
    answer = browser.post(browser.address, sent)

    assert answer.location == f"{P}/office/stations"
    [asked] = services.questions(ImportStations)
    assert asked["stations"] == [
        {
            "station": "school",
            "district": "KZ-111000000",
            "name": "School",
            "address": "Main St",
        }
    ]


def test_a_row_that_is_wrong_is_named_and_nothing_taken(services):
    problems: Any = [{"pointer": "/stations/0/station", "detail": "No spaces."}]
    services.answer(ImportStations, InvalidPayload(problems=problems))
    browser = at(services, VETTING)
    browser.get(f"{P}/office/stations")

    sent = browser.filled("take") | {"file": file_of(STATIONS, "s.csv")}
    text = browser.post(browser.address, sent).text

    assert "No spaces." in text
    assert "Nothing was changed" in text


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", 'station,"district\nx'])
def test_what_is_no_file_of_stations_is_refused(services, content):
    browser = at(services, VETTING)
    browser.get(f"{P}/office/stations")

    sent = browser.filled("take") | {"file": file_of(content, "s.csv")}
    answer = browser.post(browser.address, sent)

    assert answer.status_code == 422
    assert browser.field("file-error")
    assert services.questions(ImportStations) == []


def test_a_mended_file_of_the_same_name_is_looked_at_anew(services):
    browser = at(services, VETTING)
    browser.get(f"{P}/office/registers")
    sent = browser.filled() | {"do": "check", "register": "members"}
    for content in ("a\n", "b\n", "b\n"):
        browser.post(browser.address, sent | {"file": file_of(content, "m.csv")})

    asked = [each["csv"] for each in services.questions(ImportMembers)]
    assert asked == ["a\n", "b\n"]


# --- debates and programmes


def debate_with(**facts: Any) -> dict[str, Any]:
    known = {"withdrawn": False, "attendance": None}
    speakers = [
        a_sample(SpeakerView, candidacy=who, name=who.title(), **known)
        for who in ("aigul", "berik")
    ]
    return a_sample(DebateView, debate="d-1", speakers=speakers) | facts


def test_a_debate_is_put_off_before_it_starts_with_a_reason(services):
    coming = {"state": "scheduled", "opens_at": "2020-10-02T07:00:00Z"}
    services.answer(ReadDebate, debate_with(**coming))
    browser = at(services, VOTING)
    browser.get(f"{P}/office/debates/d-1")

    assert browser.send("postpone", reason="").status_code == 422
    browser.send("postpone", reason="The hall is flooded.")

    assert services.questions(PostponeDebate) == [
        {"primary": "tiny-2020", "debate": "d-1", "reason": "The hall is flooded."}
    ]
    assert 'value="record"' not in browser.get(f"{P}/office/debates/d-1").text


def test_after_its_start_it_is_recorded_who_came_speaker_by_speaker(services):
    begun = {"state": "scheduled", "opens_at": "2020-10-02T05:00:00Z"}
    services.answer(ReadDebate, debate_with(**begun))
    browser = at(services, VOTING)
    browser.get(f"{P}/office/debates/d-1")
    assert 'value="postpone"' not in browser.text

    half = browser.send("record", came__aigul="present")
    assert half.status_code == 422
    assert browser.field("came.berik-error")
    browser.send("record", came__aigul="present", came__berik="absent")

    [asked] = services.questions(RecordAttendance)
    assert (asked["present"], asked["absent"]) == (["aigul"], ["berik"])


def test_why_there_is_no_timetable_is_said(services):
    short = {"debates": 9, "places": 4, "region": "KZ-AKM", "limit": "halls"}
    services.answer(
        ListLots, {"items": [a_sample(LotView, lot="debates", state="drawn")]}
    )
    services.answer(ScheduleDebates, CapacityShort(**short, slots=2, days=1))
    browser = at(services, VOTING)
    browser.get(f"{P}/office/debates")

    assert browser.send("schedule").status_code == 422
    answer = browser.send("schedule", region="KZ-AKM")

    assert answer.status_code == 409
    assert "9 debates" in answer.text


def test_a_suggestion_is_decided_with_a_reason(services):
    said = a_sample(SuggestionView, suggestion="s-1", state="open", reason=None)
    services.answer(ListSuggestions, {"items": [said], "next": None})
    browser = at(services, VOTING)
    browser.get(f"{P}/office/programmes/KZ-111000000")

    half = browser.send("decide", **{"s-1__decision": "accepted"})
    assert half.status_code == 422
    assert browser.field("s-1.reason-error")
    given = {"s-1__decision": "accepted_in_part", "s-1__reason": "The bridge first."}
    browser.send("decide", **given)

    assert services.questions(DecideSuggestion) == [
        {
            "primary": "tiny-2020",
            "suggestion": "s-1",
            "decision": "accepted_in_part",
            "reason": "The bridge first.",
        }
    ]


def test_a_new_version_holds_only_what_was_changed(services):
    texts = dict.fromkeys(("en", "ru", "kk"), "Mend them.")
    names = ("roads", "schools", "parks")
    sections = [{"section": name, "title": texts, "text": texts} for name in names]
    known = a_sample(ReadProgramme.Response, version=3, sections=sections)
    services.answer(ReadProgramme, known)
    services.answer(ListSuggestions, {"items": [], "next": None})
    browser = at(services, VOTING)
    browser.get(f"{P}/office/programmes/KZ-111000000/revise")
    kept = {
        f"{name}__{part}__{language}": text
        for name in names
        for part in ("title", "text")
        for language, text in texts.items()
    }
    changed = {"roads__text__en": "Build them.", "roads__editorial": "yes"}

    browser.send("revise", **(kept | changed | {"parks__removed": "yes"}))

    [asked] = services.questions(ReviseProgramme)
    assert asked["based_on"] == 3
    assert asked["changes"] == [
        {
            "section": "roads",
            "text": texts | {"en": "Build them."},
            "suggestions": [],
            "editorial": True,
        },
        {"section": "parks", "removed": True, "suggestions": [], "editorial": False},
    ]


# --- observers


def test_an_observer_keeps_the_signed_head_of_a_board(services):
    head = a_sample(ShowTreeHead.Response, board="b-1", size=41, signature="of-voting")
    services.answer(ShowTreeHead, head)
    services.answer(ShowBoard, a_sample(ShowBoard.Response, board="b-1"))
    browser = at(services, VOTING)

    assert "of-voting" not in browser.get(f"{P}/observer").text
    text = browser.get(f"{P}/observer?board=b-1").text

    assert "of-voting" in text
    assert 'download="b-1-41.json"' in text
    assert 'data-archive="/api/v1/primaries/tiny-2020/boards/b-1/archive.bel"' in text
    assert "primaries verify --against" in text


def test_a_board_that_is_not_there_has_no_head_to_show(services):
    services.answer(ShowTreeHead, UnknownBoard(board="b-9"))

    answer = at(services, VOTING).get(f"{P}/observer?board=b-9")

    assert answer.status_code == 200
    assert "Signed head of" not in answer.text
