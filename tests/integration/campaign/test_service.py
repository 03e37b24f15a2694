"""The running service: what it hears from registration, what it answers.

Registration itself is not needed for that: its outbox is, filled by the test and
published by the same relay over the same bus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from chassis import outbox
from chassis.auth import Grant, Role
from chassis.clock import set_clock
from chassis.db import Database
from chassis.errors import InvalidPayload, NotSignedIn, OtherPrimary, RoleMissing
from chassis.events import Event
from chassis.migrations import upgrade
from chassis.rpc import RpcClient
from chassis.testing import (
    FrozenClock,
    a_principal,
    a_token,
    eventually,
    running,
    test_environment,
)
from contracts.campaign import operations as campaign
from contracts.campaign.errors import NotYourPage, TooManySuggestions
from contracts.registration.events import (
    CandidacyRegistered,
    CandidacyWithdrawn,
    LotDrawn,
    PrimaryDefined,
)
from services.campaign.models import Suggestion, Support
from services.campaign.service import CampaignService
from tests.support.campaign import (
    DISTRICT,
    DISTRICT_CONTEST,
    LOT_VALUE,
    PRIMARY,
    REGION,
    WHILE_PROGRAMMES_ARE_OPEN,
    a_candidacy,
)
from tests.support.definitions import a_definition_document
from tests.support.stand_ins import StandIn, database_of, make_tables

CLOCK = FrozenClock(WHILE_PROGRAMMES_ARE_OPEN)
PLACE = {"primary": PRIMARY, "region": REGION, "territory": DISTRICT}
COUNTRY = {"primary": PRIMARY, "region": "KZ", "territory": "KZ"}


class RegistrationsOutbox(StandIn):
    """An outbox and its relay, under registration's name."""

    name = "registration"


class Platform:
    """A running campaign, and a registration that says what a test wants."""

    def __init__(self, client: RpcClient, environment: dict[str, str]) -> None:
        self._client = client
        self._clock = FrozenClock(CLOCK.now())
        self._clock_file = Path(environment["PRIMARIES_CLOCK_FILE"])
        self.campaign = Database(environment["PRIMARIES_CAMPAIGN_DATABASE_URL"])

    def announce(self, event: type[Event], **facts: Any) -> None:
        with database_of("registration").transaction() as session:
            outbox.record(session, CLOCK, event, **facts)

    def ask(self, operation: Any, *roles: Role | Grant, **request: Any) -> Any:
        subject = request.pop("subject", "member-1")
        principal = a_principal(*roles, subject=subject, primary=PRIMARY)
        token = a_token(principal, self._clock) if roles else None
        return self._client.call(operation, {"primary": PRIMARY, **request}, token)

    def move_to(self, instant: str) -> None:
        self._clock.set(instant)
        set_clock(self._clock_file, self._clock.now())

    def close(self) -> None:
        self.campaign.close()


def an_environment(directory: Path, **more: str) -> dict[str, str]:
    set_clock(directory / "clock", CLOCK.now())
    clock_file = {"PRIMARIES_CLOCK_FILE": str(directory / "clock")}
    return test_environment(directory, **clock_file, **more)


@pytest.fixture
def embedded(tmp_path: Path) -> dict[str, str]:
    return an_environment(tmp_path)


@pytest.fixture
def production(
    tmp_path: Path, rabbitmq_vhost: str, fresh_database: Callable[[str], str]
) -> dict[str, str]:
    return an_environment(
        tmp_path,
        PRIMARIES_AMQP_URI=rabbitmq_vhost,
        PRIMARIES_CAMPAIGN_DATABASE_URL=fresh_database("campaign"),
        PRIMARIES_REGISTRATION_DATABASE_URL=fresh_database("registration"),
    )


#: for the tests that go through every table
on_both_buses = pytest.mark.parametrize(
    "platform",
    ["embedded", pytest.param("production", marks=pytest.mark.integration)],
    indirect=True,
)


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    environment = request.getfixturevalue(getattr(request, "param", "embedded"))
    upgrade("campaign", environment["PRIMARIES_CAMPAIGN_DATABASE_URL"])
    make_tables(environment["PRIMARIES_REGISTRATION_DATABASE_URL"])
    with running(
        CampaignService, RegistrationsOutbox, environment=environment
    ) as client:
        platform = Platform(client, environment)
        define(platform)
        yield platform
        platform.close()


def define(platform: Platform) -> None:
    """Eleven candidates in one contest, and the public value of the lot."""
    document = a_definition_document()
    platform.announce(
        PrimaryDefined,
        **COUNTRY,
        rehearsal=False,
        document_hash="0" * 64,
        document=document,
    )
    for number in range(11):
        platform.announce(CandidacyRegistered, **PLACE | a_candidacy(number))
    platform.announce(
        LotDrawn, **COUNTRY, lot="debates", value=LOT_VALUE, source="the stock exchange"
    )
    eventually(lambda: backlog_is_empty(platform) and listed(platform) == 11)


def backlog_is_empty(platform: Platform) -> bool:
    with database_of("registration").reading() as session:
        return outbox.waiting(session) == 0


def listed(platform: Platform) -> int:
    with platform.campaign.reading() as session:
        query = sa.text("SELECT count(*) FROM candidates")
        lots = sa.text("SELECT count(*) FROM lots")
        return session.scalar(query) if session.scalar(lots) else 0


@on_both_buses
def test_a_campaign_from_the_first_draft_to_the_revised_programme(platform: Platform):
    where = {"territory": DISTRICT}
    assert platform.ask(campaign.PublishProgrammes, Role.OFFICER)["published"] == 6
    made = platform.ask(
        campaign.SuggestChange,
        Role.MEMBER,
        section="roads",
        kind="change",
        text="Mend them twice.",
        language="en",
        **where,
    )
    which = {"suggestion": made["suggestion"]}
    for subject in ("aigul", "marat", "aigul"):
        support = platform.ask(
            campaign.SupportSuggestion, Role.MEMBER, subject=subject, **which
        )
    assert support["supports"] == 2
    platform.ask(campaign.WithdrawSupport, Role.MEMBER, subject="marat", **which)
    platform.ask(
        campaign.DecideSuggestion,
        Role.OFFICER,
        decision="accepted",
        reason="There is money.",
        **which,
    )

    revised = platform.ask(
        campaign.ReviseProgramme,
        Role.OFFICER,
        based_on=1,
        changes=[
            {
                "section": "roads",
                "text": {"en": "Twice.", "ru": "Дважды.", "kk": "Екі рет."},
                "suggestions": [made["suggestion"]],
            }
        ],
        **where,
    )

    shown = platform.ask(campaign.ReadProgrammeVersion, version=2, **where)
    [suggestion] = platform.ask(campaign.ListSuggestions, **where)["items"]
    assert revised == shown
    assert shown["changes"][0]["suggestions"] == [made["suggestion"]]
    assert suggestion["supports"] == 1
    assert suggestion["carried_out_in"] == 2
    listed = list(pages(platform, campaign.ListProgrammes, territory="KZ", limit=4))
    assert [each["version"] for each in listed].count(2) == 1
    programme = platform.ask(campaign.ReadProgramme, **where)
    assert [each["version"] for each in programme["versions"]] == [1, 2]


def pages(platform: Platform, operation: Any, **which: Any) -> Iterator[Any]:
    """Everything in a list, page by page."""
    cursor = None
    while True:
        page = platform.ask(operation, after=cursor, **which)
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


@on_both_buses
def test_debates_from_the_draw_to_the_timetable(platform: Platform):
    drawn = platform.ask(campaign.DrawDebates, Role.OFFICER)
    timetable = platform.ask(campaign.ScheduleDebates, Role.OFFICER, region=REGION)

    debates = list(pages(platform, campaign.ListDebates, region=REGION, limit=1))
    assert drawn == {"debates": 2, "contests": 1}
    assert timetable["scheduled"] == 2
    again = platform.ask(campaign.ScheduleDebates, Role.OFFICER, region=REGION)
    assert (again["scheduled"], again["kept"]) == (0, 2)
    assert [each["state"] for each in debates] == ["scheduled"] * 2
    assert sorted(len(each["speakers"]) for each in debates) == [5, 6]
    assert debates[0]["zone"] == "Asia/Almaty"


@on_both_buses
def test_a_debate_is_put_off_scheduled_anew_and_held(platform: Platform):
    platform.ask(campaign.DrawDebates, Role.OFFICER)
    platform.ask(campaign.ScheduleDebates, Role.OFFICER, region=REGION)
    which = {"debate": f"{DISTRICT_CONTEST}-1"}
    first = platform.ask(campaign.ReadDebate, **which)
    everybody = [each["candidacy"] for each in first["speakers"]]

    put_off = platform.ask(
        campaign.PostponeDebate, Role.OFFICER, reason="The hall is flooded.", **which
    )
    platform.ask(campaign.ScheduleDebates, Role.OFFICER, region=REGION)
    second = platform.ask(campaign.ReadDebate, **which)
    platform.move_to(second["opens_at"])
    held = platform.ask(
        campaign.RecordAttendance,
        Role.OFFICER,
        present=everybody[1:],
        absent=everybody[:1],
        **which,
    )

    assert put_off["state"] == "drawn"
    assert second["opens_at"] > first["opens_at"]
    assert held["state"] == "held"
    assert [each["attendance"] for each in held["speakers"]] == [
        "absent",
        *["present"] * (len(everybody) - 1),
    ]


@on_both_buses
def test_who_withdraws_is_struck_through_and_leaves_the_debate(platform: Platform):
    platform.ask(campaign.DrawDebates, Role.OFFICER)
    platform.announce(
        CandidacyWithdrawn,
        **PLACE,
        candidacy="candidacy-003",
        contest=DISTRICT_CONTEST,
        reason_code="stood_down",
    )

    page = eventually(
        lambda: withdrawn(
            platform.ask(campaign.ReadCandidate, candidacy="candidacy-003")
        )
    )

    [debate] = platform.ask(campaign.ListDebates, candidacy="candidacy-003")["items"]
    gone = [one["candidacy"] for one in debate["speakers"] if one["withdrawn"]]
    standing = platform.ask(
        campaign.ListCandidates,
        territory="KZ",
        contest=DISTRICT_CONTEST,
        woman=False,
        young=False,
        withdrawn=False,
        route="self",
        text="CANDIDATE 0",
        after="candidacy-004",
        limit=2,
    )
    assert page["withdrawn_because"] == "stood_down"
    assert gone == ["candidacy-003"]
    assert standing["total"] == 10
    assert [each["candidacy"] for each in standing["items"]] == [
        "candidacy-005",
        "candidacy-006",
    ]


def withdrawn(page: dict[str, Any]) -> dict[str, Any] | None:
    return page if page["withdrawn"] else None


def test_candidates_write_their_own_page_only(platform: Platform):
    mine = Grant(role=Role.CANDIDATE, scope="candidacy-001")
    page = {"version": 0, "statement": "Roads.", "education": "", "links": []}

    edited = platform.ask(
        campaign.EditCandidatePage, mine, candidacy="candidacy-001", **page
    )

    assert edited["version"] == 1
    with pytest.raises(NotYourPage):
        platform.ask(
            campaign.EditCandidatePage, mine, candidacy="candidacy-002", **page
        )


def test_the_database_does_not_know_who_suggested_or_supported(platform: Platform):
    platform.ask(campaign.PublishProgrammes, Role.OFFICER)
    suggestions = [suggest(platform) for _ in range(2)]
    for suggestion in suggestions:
        platform.ask(
            campaign.SupportSuggestion, Role.MEMBER, suggestion=suggestion["suggestion"]
        )

    with platform.campaign.reading() as session:
        authors = set(session.scalars(sa.select(Suggestion.author)))
        supporters = set(session.scalars(sa.select(Support.supporter)))

    assert len(authors) == 1  # the daily limit must know the author again
    assert len(supporters) == 2  # one member, two supports, nothing in common
    assert all(len(each) == 64 for each in authors | supporters)
    assert not authors & supporters


def suggest(platform: Platform) -> dict[str, Any]:
    return platform.ask(
        campaign.SuggestChange,
        Role.MEMBER,
        territory=DISTRICT,
        section="schools",
        kind="comment",
        text="Good.",
        language="en",
    )


def test_refusals_arrive_as_what_they_are(platform: Platform):
    platform.ask(campaign.PublishProgrammes, Role.OFFICER)
    for _ in range(5):
        suggest(platform)

    with pytest.raises(TooManySuggestions):
        suggest(platform)
    with pytest.raises(RoleMissing):
        platform.ask(campaign.DrawDebates, Role.MEMBER)
    with pytest.raises(NotSignedIn):
        platform.ask(campaign.DrawDebates)
    with pytest.raises(OtherPrimary):
        platform.ask(campaign.DrawDebates, Role.OFFICER, primary="another-2020")
    with pytest.raises(InvalidPayload):
        platform.ask(campaign.ListCandidates, limit=201)
