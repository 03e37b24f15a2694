"""Registration, running: its doors over the bus, on either pair of bus and database."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import eventlet
import pytest

from belenios.credentials import normalise_credential
from chassis.auth import Role, Voter, read_principal, read_voter
from chassis.clock import SharedClock, set_clock
from chassis.errors import Conflict, InvalidPayload, NotSignedIn, RoleMissing
from chassis.migrations import upgrade
from chassis.operations import Operation
from chassis.rpc import RpcClient
from chassis.shared_operations import CountBacklog, ListPublicEvents, asked_of
from chassis.testing import TEST_KEY, eventually, running, test_environment
from chassis.vault import Vault
from contracts.registration import operations as ask
from contracts.registration.errors import (
    InvalidNumber,
    NotOnRoll,
    SessionEnded,
    SignInRefused,
    TooEarly,
    UnknownMember,
)
from services.registration.service import RegistrationService
from tests.support.definitions import a_definition_document
from tests.support.registration import (
    AKKOL,
    FINAL,
    FROZEN,
    KOKSHETAU,
    NOMINATING,
    PPOS_CSV,
    PRIMARY,
    Person,
    a_person,
    an_iin,
    members_csv,
)


@dataclass(frozen=True)
class Platform:
    """A running registration service, its clock, and who asks it."""

    client: RpcClient
    clock_file: Path
    environment: dict[str, str]
    token: str | None = None

    def __call__(self, operation: type[Operation], **facts: Any) -> dict[str, Any]:
        return self.client.call(operation, facts, self.token)

    def of_primary(self, operation: type[Operation], **facts: Any) -> dict[str, Any]:
        return self(operation, primary=PRIMARY, **facts)

    def set_clock(self, instant: str) -> None:
        set_clock(self.clock_file, datetime.fromisoformat(instant))

    def holding(self, session: str) -> Platform:
        return replace(self, token=self(ask.ReadSession, session=session)["token"])

    def administrator(self) -> Platform:
        secret = self.environment["PRIMARIES_BOOTSTRAP_SECRET"]
        opened = self(ask.OpenAdministratorSession, secret=secret)
        return self.holding(opened["session"])

    def code_for(self, person: Person) -> str:
        self.of_primary(ask.RequestSignInCode, iin=person.iin)
        inbox = self.of_primary(ask.ReadTelephoneInbox, telephone=person.telephone)
        found = re.search(r"\b\d{6}\b", inbox["items"][0]["text"])
        assert found
        return found.group()

    def sign_in(self, person: Person) -> dict[str, Any]:
        code = self.code_for(person)
        return self.of_primary(ask.SignIn, iin=person.iin, code=code)

    def signed_in(self, person: Person) -> Platform:
        return self.holding(self.sign_in(person)["session"])


def start(environment: dict[str, str], directory: Path, url: str) -> Iterator[Platform]:
    upgrade("registration", url)
    clock_file = directory / "clock"
    environment |= {
        "PRIMARIES_REGISTRATION_DATABASE_URL": url,
        "PRIMARIES_CLOCK_FILE": str(clock_file),
    }
    set_clock(clock_file, datetime.fromisoformat(NOMINATING))
    with running(RegistrationService, environment=environment) as client:
        yield Platform(client, clock_file, environment)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Platform]:
    url = f"sqlite:///{tmp_path}/registration.db"
    yield from start(test_environment(tmp_path), tmp_path, url)


@pytest.fixture
def production(
    tmp_path: Path, rabbitmq_vhost: str, fresh_database: Callable[[str], str]
) -> Iterator[Platform]:
    environment = test_environment(tmp_path, PRIMARIES_AMQP_URI=rabbitmq_vhost)
    yield from start(environment, tmp_path, fresh_database("registration"))


@pytest.fixture(
    params=["embedded", pytest.param("production", marks=pytest.mark.integration)]
)
def platform(request: pytest.FixtureRequest) -> Platform:
    return request.getfixturevalue(request.param)


OFFICERS = tuple(a_person(name=f"Officer {number}", sex="m") for number in (1, 2))
MEMBERS = tuple(a_person(name=f"Member {number}") for number in range(4))
NEIGHBOUR = a_person(name="Neighbour", ppo="ppo-2", territory=AKKOL)


def prepare(platform: Platform) -> Platform:
    """A primary with its organisations, members and two officers."""
    administrator = platform.administrator()
    administrator(ask.DefinePrimary, document=a_definition_document())
    administrator.of_primary(ask.ImportPpos, csv=PPOS_CSV)
    everybody = members_csv(*OFFICERS, *MEMBERS, NEIGHBOUR)
    administrator.of_primary(ask.ImportMembers, csv=everybody)
    offices = [f"{one.iin},officer," for one in OFFICERS]
    offices.append(f"{MEMBERS[3].iin},station_officer,station-1")
    csv = "\n".join(["iin,role,scope", *offices])
    assert administrator.of_primary(ask.ImportOfficers, csv=csv)["applied"]
    return administrator


def test_a_primary_is_there_for_everybody_to_see(platform: Platform):
    prepare(platform)

    [listed] = platform(ask.ListPrimaries)["items"]
    shown = platform.of_primary(ask.ShowPrimary)
    territory = platform.of_primary(ask.ShowTerritory, territory=KOKSHETAU)
    assert listed["open_phases"] == ["nomination", "vetting"]
    assert (shown["contest_count"], shown["ppo_count"]) == (9, 5)
    assert [each["code"] for each in territory["ancestors"]] == ["KZ-AKM", "KZ"]
    assert territory["contests"][0]["contest"] == "maslikhat-kz-111000000"
    assert platform.of_primary(ask.ReadDefinition)["document"] == (
        a_definition_document()
    )
    assert len(platform.of_primary(ask.ListContests)["items"]) == 9
    ballot = platform.of_primary(ask.ListContests, district=KOKSHETAU)["items"]
    assert [each["level"] for each in ballot] == ["mazhilis", "region", "district"]
    assert platform.of_primary(ask.ShowContest, contest=ballot[0]["contest"])["seats"]
    below = platform.of_primary(ask.ListTerritories, parent="KZ-AKM")["items"]
    assert [each["voting_district"] for each in below] == [True, True]
    assert len(platform.of_primary(ask.ListPpos, territory="KZ-AKM")["items"]) == 2


def test_a_person_signs_in_with_the_code_from_their_telephone(platform: Platform):
    prepare(platform)

    opened = platform.sign_in(MEMBERS[0])
    person = platform.holding(opened["session"])

    me = person.of_primary(ask.ShowMe)
    assert opened["roles"] == [{"role": "member", "scope": ""}]
    assert (me["name"], me["board"]) == ("Member 0", None)
    assert me["telephone"].endswith(MEMBERS[0].telephone[-2:])
    assert MEMBERS[0].telephone not in str(me)
    person.of_primary(ask.EndSession)
    with pytest.raises(SessionEnded):
        platform.holding(opened["session"])


def test_a_demonstration_tells_whose_telephone_is_whose(platform: Platform):
    prepare(platform)
    member = MEMBERS[0]

    found = platform.of_primary(ask.FindTelephone, iin=member.iin)

    assert found == {"telephone": member.telephone}
    with pytest.raises(UnknownMember):
        platform.of_primary(ask.FindTelephone, iin=an_iin())
    with pytest.raises(InvalidNumber):
        platform.of_primary(ask.FindTelephone, iin="850312401236")


def test_a_wrong_code_is_counted_although_nothing_else_is_stored(platform: Platform):
    prepare(platform)
    code = platform.code_for(MEMBERS[0])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    for _ in range(5):
        with pytest.raises(SignInRefused):
            platform.of_primary(ask.SignIn, iin=MEMBERS[0].iin, code=wrong)

    with pytest.raises(SignInRefused):
        platform.of_primary(ask.SignIn, iin=MEMBERS[0].iin, code=code)


def test_the_answer_is_the_same_for_a_number_that_nobody_has(platform: Platform):
    prepare(platform)

    answers = [
        platform.of_primary(ask.RequestSignInCode, iin=iin)
        for iin in (MEMBERS[0].iin, an_iin(), MEMBERS[0].iin)
    ]

    assert answers[0] == answers[1] == answers[2]


def test_what_is_malformed_is_refused_at_the_door(platform: Platform):
    administrator = prepare(platform)
    member = platform.signed_in(MEMBERS[0])

    for facts in (
        {"route": "self", "contest": "x", "wish": 1},
        {"route": "by lot", "contest": "x"},
        {"route": "self", "contest": "x", "ppo": "ppo-1"},
        {"route": "ppo", "contest": "x"},
        {"route": "self", "contest": 7},
    ):
        with pytest.raises(InvalidPayload):
            member.of_primary(ask.SubmitNomination, **facts)
    with pytest.raises(InvalidNumber):
        platform.of_primary(ask.RequestSignInCode, iin="850312401236")
    with pytest.raises(NotSignedIn):
        platform.of_primary(ask.SubmitNomination, route="self", contest="x")
    with pytest.raises(RoleMissing):
        administrator.of_primary(ask.SubmitNomination, route="self", contest="x")


def submit(platform: Platform, member: Person) -> dict[str, Any]:
    return platform.signed_in(member).of_primary(
        ask.SubmitNomination,
        route="self",
        contest="maslikhat-kz-111000000",
        documents=["consent"],
    )


def register_the_first_and_refuse_the_others(platform: Platform) -> dict[str, Any]:
    """Three are nominated; gives the first one's candidacy."""
    officer = platform.signed_in(OFFICERS[0])
    first, second, third = (submit(platform, one)["nomination"] for one in MEMBERS[:3])
    refusal = {"reason_code": "documents", "reason": "The consent is not signed."}
    decisions = [
        {"nomination": first, "decision": "register"},
        {"nomination": second, "decision": "refuse"} | refusal,
    ]
    decided = officer.of_primary(ask.DecideNominations, decisions=decisions)["items"]
    refused = officer.of_primary(
        ask.DecideNomination, nomination=third, decision="refuse", **refusal
    )
    states = [each["state"] for each in (*decided, refused)]
    assert states == ["registered", "refused", "refused"]
    return decided[0]


def test_who_is_registered_signs_in_as_a_candidate(platform: Platform):
    prepare(platform)
    candidacy = register_the_first_and_refuse_the_others(platform)["candidacy"]

    candidate = platform.signed_in(MEMBERS[0])

    clock = SharedClock(platform.clock_file)
    principal = read_principal(candidate.token or "", TEST_KEY.public_key(), clock)
    assert principal.has(Role.CANDIDATE, candidacy)
    assert not principal.has(Role.CANDIDATE, "another")
    [mine] = candidate.of_primary(ask.ListMyNominations)["items"]
    assert (mine["state"], mine["candidacy"]) == ("registered", candidacy)


def test_officers_page_through_nominations_and_everybody_sees_the_numbers(
    platform: Platform,
):
    prepare(platform)
    register_the_first_and_refuse_the_others(platform)
    officer = platform.signed_in(OFFICERS[0])

    page = officer.of_primary(ask.ListNominations, limit=2)
    rest = officer.of_primary(ask.ListNominations, after=page["next"])

    names = [each["name"] for each in page["items"] + rest["items"]]
    assert names == ["Member 0", "Member 1", "Member 2"]
    assert rest["next"] is None
    total = platform.of_primary(ask.ShowStatistics)["total"]
    assert (total["applications"], total["registered"], total["refused"]) == (3, 1, 2)


def test_a_candidate_is_removed_and_the_ballot_finalised_in_its_time(
    platform: Platform,
):
    prepare(platform)
    candidacy = register_the_first_and_refuse_the_others(platform)
    officer = platform.signed_in(OFFICERS[1])
    removed = officer.of_primary(
        ask.WithdrawNomination,
        nomination=candidacy["nomination"],
        reason="Missed the debates",
    )

    with pytest.raises(TooEarly):
        officer.of_primary(ask.FinaliseBallot)
    platform.set_clock(FINAL)
    ballot = platform.signed_in(OFFICERS[0]).of_primary(ask.FinaliseBallot)

    assert removed["state"] == "removed"
    assert (ballot["contests"], ballot["candidates"]) == (9, 0)


def test_from_the_freeze_to_a_credential_in_the_voter_s_hand(platform: Platform):
    prepare(platform)
    platform.set_clock(FROZEN)
    officer = platform.signed_in(OFFICERS[0])

    planned = officer.of_primary(ask.FreezeRoll)
    eventually(lambda: all_frozen(platform))

    sizes = {each["board"]: each["eligible_count"] for each in planned["boards"]}
    assert sizes == {KOKSHETAU: 6, AKKOL: 1}
    voter = platform.signed_in(MEMBERS[0])
    mine = voter.of_primary(ask.ReadCredential)
    roll = platform.of_primary(ask.ListRoll, board=KOKSHETAU)["items"]
    assert len(roll) == 6
    assert set(roll[0]) == {"voter", "telephone"}
    shared = Vault(base64.b64decode(platform.environment["PRIMARIES_ROLL_KEY"]))
    telephones = {
        shared.decrypt(base64.b64decode(each["telephone"]), purpose="roll")
        for each in roll
    }
    assert telephones == {one.telephone for one in (*OFFICERS, *MEMBERS)}
    clock = SharedClock(platform.clock_file)
    principal = read_principal(voter.token or "", TEST_KEY.public_key(), clock)
    assert principal.voter
    assert principal.voter.reference in {each["voter"] for each in roll}
    assert (mine["board"], principal.voter.board) == (KOKSHETAU, KOKSHETAU)
    assert mine["uuid"] in {each["uuid"] for each in planned["boards"]}
    assert normalise_credential(mine["credential"]) == mine["credential"]
    frozen = eventually(lambda: announced(platform, "registration.roll_frozen.v1"))
    assert {each["data"]["board"] for each in frozen} <= set(sizes)
    assert "public_credentials" not in frozen[0]["data"]


def test_a_station_names_a_voter_to_voting(platform: Platform):
    prepare(platform)
    platform.set_clock(FROZEN)
    platform.signed_in(OFFICERS[0]).of_primary(ask.FreezeRoll)
    eventually(lambda: all_frozen(platform))
    station = platform.signed_in(MEMBERS[3])

    named = station.of_primary(ask.ResolveVoter, iin=NEIGHBOUR.iin)["voter"]

    clock = SharedClock(platform.clock_file)
    voter = read_voter(named, TEST_KEY.public_key(), clock, primary=PRIMARY)
    [entry] = platform.of_primary(ask.ListRoll, board=AKKOL)["items"]
    assert voter == Voter(reference=entry["voter"], board=AKKOL)
    with pytest.raises(NotOnRoll):
        station.of_primary(ask.ResolveVoter, iin=an_iin())
    with pytest.raises(RoleMissing):
        platform.signed_in(MEMBERS[1]).of_primary(ask.ResolveVoter, iin=NEIGHBOUR.iin)


def test_one_of_two_nominations_at_the_same_moment_counts(platform: Platform):
    prepare(platform)
    member = platform.signed_in(MEMBERS[0])
    pile = eventlet.GreenPile()
    for contest in ("maslikhat-kz-111000000", "mazhilis-kz-akm"):
        pile.spawn(outcome, member, contest)

    outcomes = sorted(pile)

    assert outcomes == ["AlreadyNominated", "submitted"]
    total = platform.of_primary(ask.ShowStatistics)["total"]
    assert total["applications"] == 1


def outcome(member: Platform, contest: str) -> str:
    application = {"route": "self", "contest": contest, "documents": ["consent"]}
    try:
        return member.of_primary(ask.SubmitNomination, **application)["state"]
    except Conflict as refusal:
        return type(refusal).__name__


def test_a_first_code_that_is_asked_for_twice_at_once_is_sent_once(platform: Platform):
    prepare(platform)
    pile = eventlet.GreenPile()
    for _ in range(2):
        pile.spawn(platform.of_primary, ask.RequestSignInCode, iin=MEMBERS[0].iin)

    assert [answer["digits"] for answer in pile] == [6, 6]
    inbox = {"telephone": MEMBERS[0].telephone}
    assert len(platform.of_primary(ask.ReadTelephoneInbox, **inbox)["items"]) == 1


def test_no_more_than_five_guesses_however_many_at_once(platform: Platform):
    prepare(platform)
    code = platform.code_for(MEMBERS[0])
    pile = eventlet.GreenPile()
    for step in range(1, 9):
        pile.spawn(guess, platform, f"{(int(code) + step) % 1_000_000:06}")
    assert list(pile) == ["SignInRefused"] * 8

    assert guess(platform, code) == "SignInRefused"


def guess(platform: Platform, code: str) -> str:
    try:
        platform.of_primary(ask.SignIn, iin=MEMBERS[0].iin, code=code)
    except SignInRefused as refusal:
        return type(refusal).__name__
    return "signed in"


def test_two_officers_extend_a_phase(platform: Platform):
    prepare(platform)
    first, second = (platform.signed_in(one) for one in OFFICERS)

    proposed = first.of_primary(
        ask.ProposeCalendarChange,
        phase="voting",
        closes_at="2020-10-04T08:00:00Z",
        reason="The site was overloaded.",
    )
    approved = second.of_primary(ask.ApproveCalendarChange, version=proposed["version"])

    calendar = platform.of_primary(ask.ShowCalendar)
    assert (proposed["state"], approved["state"]) == ("proposed", "approved")
    assert calendar["version"] == 2
    assert calendar["phases"]["voting"]["closes_at"] == "2020-10-04T08:00:00Z"
    assert [each["state"] for each in calendar["changes"]] == ["approved"]


def test_a_lot_is_drawn_in_public(platform: Platform):
    prepare(platform)
    platform.set_clock("2020-09-06T18:00:00Z")
    first, second = (platform.signed_in(one) for one in OFFICERS)
    entry = {"lot": "debates", "value": "Block 645,001"}

    first.of_primary(ask.EnterLot, **entry, source="Any block explorer")
    [lot] = platform.of_primary(ask.ListLots)["items"]
    assert (lot["value"], lot["state"]) == (None, "entered")  # the second looks it up
    second.of_primary(ask.ApproveLot, **entry)

    [lot] = platform.of_primary(ask.ListLots)["items"]
    assert (lot["value"], lot["state"]) == ("Block 645,001", "drawn")


def test_a_membership_that_ends_ends_the_sessions(platform: Platform):
    prepare(platform)
    secret = platform.sign_in(MEMBERS[2])["session"]
    officer = platform.signed_in(OFFICERS[0])

    officer.of_primary(
        ask.EndMembership, iin=MEMBERS[2].iin, reason="Left for another party"
    )

    with pytest.raises(SessionEnded):
        platform.holding(secret)


def test_a_refusal_needs_its_reason_and_a_registration_has_none(platform: Platform):
    prepare(platform)
    officer = platform.signed_in(OFFICERS[0])

    for decision in (
        {"decision": "refuse"},
        {"decision": "refuse", "reason_code": "documents"},
        {"decision": "refuse", "reason_code": "dislike", "reason": "We prefer others"},
        {"decision": "register", "reason_code": "documents", "reason": "All there"},
    ):
        with pytest.raises(InvalidPayload):
            officer.of_primary(ask.DecideNomination, nomination="x", **decision)


def test_organisations_are_listed_page_by_page(platform: Platform):
    prepare(platform)

    first = platform.of_primary(ask.ListPpos, limit=3)
    second = platform.of_primary(ask.ListPpos, limit=3, after=first["next"])

    shown = [each["ppo"] for each in first["items"] + second["items"]]
    assert shown == [f"ppo-{number}" for number in range(1, 6)]
    assert second["next"] is None


def all_frozen(platform: Platform) -> bool:
    boards = platform.of_primary(ask.ShowRoll)["boards"]
    return all(each["state"] == "frozen" for each in boards)


def announced(platform: Platform, event_type: str) -> list[dict[str, Any]]:
    log = platform(asked_of(ListPublicEvents, "registration"), limit=1000)["items"]
    return [each for each in log if each["type"] == event_type]


def test_a_service_at_rest_has_nothing_left_to_do(platform: Platform):
    prepare(platform)
    platform.code_for(MEMBERS[0])

    eventually(lambda: not any(backlog(platform).values()))


def backlog(platform: Platform) -> dict[str, Any]:
    return platform(asked_of(CountBacklog, "registration"))
