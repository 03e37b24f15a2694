"""The calendar, the stations, the debates and the downloads, as anybody finds them."""

from __future__ import annotations

import csv
import hashlib
from io import StringIO
from typing import Any

import pytest
from werkzeug.test import Client

from chassis.errors import ServiceUnavailable
from chassis.shared_operations import ListPublicEvents, asked_of
from chassis.testing import FrozenClock
from contracts.campaign.operations import (
    ListCandidates,
    ListSuggestions,
    ReadDebate,
    ReadProgrammeVersion,
)
from contracts.campaign.views import CandidateSummary, ChangeView, SuggestionView
from contracts.registration.operations import ListPrimaries, ShowCalendar
from contracts.registration.views import CalendarChangeView, CalendarView
from contracts.tally.errors import ResultsNotPublished
from contracts.tally.operations import ReadCount, ReadResults
from contracts.tally.views import ContestResultView
from contracts.voting.operations import ListStations, ShowTurnout
from contracts.voting.views import StationView
from gateway.pages.downloads import DOWNLOADS
from tests.support.gateway import ScriptedServices, a_client
from tests.support.samples import a_sample

P = "/tiny-2020"
_APPROVED = {"state": "approved"}
LATER = "2020-10-03T14:00:00Z"


@pytest.fixture
def services() -> ScriptedServices:
    return ScriptedServices()


@pytest.fixture
def client(services: ScriptedServices) -> Client:
    return a_client(services)


def a_calendar(*changes: dict[str, Any]) -> dict[str, Any]:
    """A calendar with changes of the end of voting."""
    made = [
        a_sample(
            CalendarChangeView, **({"version": number, "state": "approved"} | each)
        )
        for number, each in enumerate(changes, start=2)
    ]
    return a_sample(CalendarView, changes=made)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_an_extension_tells_the_old_time_and_the_new_one(services, client):
    noon = {"closes_at": "2020-10-03T10:00:00Z", "reason": "Slow at first."}
    services.answer(ShowCalendar, a_calendar(noon, {"closes_at": LATER}))

    text = client.get(f"{P}/calendar").text

    assert text.count("Voting closes later.") == 2
    first, second = "3 October 2020, 14:00", "3 October 2020, 16:00"
    assert text.index(first) < text.index(second)
    assert "Reason: Slow at first." in text


@pytest.mark.parametrize("kept_back", [{"state": "proposed"}, {"answer": "refused"}])
def test_a_change_that_is_not_in_force_is_not_told(services, client, kept_back):
    services.answer(ShowCalendar, a_calendar({"closes_at": LATER} | kept_back))

    assert "closes later" not in client.get(f"{P}/calendar").text


def test_the_calendar_goes_into_a_calendar_of_ones_own(client):
    answer = client.get(f"{P}/data/calendar.ics?lang=ru")
    lines = answer.text.split("\r\n")

    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    voting = lines.index("UID:voting@tiny-2020")
    assert "DTSTART:20200930T180000Z" in lines[voting : voting + 5]
    assert "DTEND:20201003T080000Z" in lines[voting : voting + 5]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 15
    assert max(len(line.encode()) for line in lines) <= 75


def some_stations(*names: str, district: str = "KZ-111000000") -> dict[str, Any]:
    items = [
        a_sample(StationView, station=f"S{n:03}", name=name, district=district)
        for n, name in enumerate(names)
    ]
    return {"items": items, "next": None}


def test_a_station_is_found_by_a_word_and_by_a_place(services, client):
    services.answer(ListStations, some_stations("School 5", "Library", "School 12"))

    by_word = client.get(f"{P}/stations?text=school+12").text
    elsewhere = client.get(f"{P}/stations?territory=KZ-NOWHERE").text

    assert "School 12" in by_word
    assert "School 5" not in by_word
    assert "No polling station is like that." in elsewhere


def test_stations_come_fifty_at_a_time_and_none_is_left_out(services, client):
    services.answer(ListStations, some_stations(*(f"<{n}>" for n in range(120))))
    shown = [
        {name for name in range(120) if f"&lt;{name}&gt;" in client.get(address).text}
        for address in (f"{P}/stations{after}" for after in ("", "?after=S049"))
    ]
    last = client.get(f"{P}/stations?after=S099").text

    assert shown == [set(range(50)), set(range(50, 100))]
    assert last.count("&lt;") == 20
    assert "Next page" not in last


def test_a_debate_tells_why_it_was_put_off_and_nothing_of_others(services, client):
    services.answer(ReadDebate, a_sample(ReadDebate.Response, debate="d-1"))
    log = asked_of(ListPublicEvents, "campaign")
    event = a_sample(log.Response)["items"][0]
    kind = "campaign.debate_postponed.v1"
    told = [
        event | {"type": kind, "data": {"debate": debate, "reason": f"Of {debate}."}}
        for debate in ("d-1", "d-2")
    ]
    services.answer(log, {"items": told})

    text = client.get(f"{P}/debates/d-1").text

    assert "Of d-1." in text
    assert "Of d-2." not in text


def test_every_speaker_of_a_debate_has_the_time_that_the_rules_give(services, client):
    speaker = a_sample(ReadDebate.Response)["speakers"][0]
    shown = a_sample(ReadDebate.Response, speakers=[speaker] * 4)
    services.answer(ReadDebate, shown)

    text = client.get(f"{P}/debates/d-1").text

    # three minutes; three others, asked for 30 seconds and answered for 90; a minute
    for time in ("3:00 min", "1:30 min", "4:30 min", "1:00 min"):
        assert time in text


@pytest.mark.parametrize("download", DOWNLOADS, ids=lambda each: each.name)
def test_every_download_is_listed_and_comes_with_its_hash(client, download):
    address = f"{P}/data/{download.name}"

    answer = client.get(address)
    listed = client.get(f"{P}/data").text

    assert answer.status_code == 200
    assert f'href="{address}"' in listed
    assert (hashlib.sha256(answer.data).hexdigest() in listed) == download.lasts
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_results_are_the_same_file_on_the_pages_and_in_the_api(client):
    of_the_api = client.get("/api/v1/primaries/tiny-2020/results").data

    assert client.get(f"{P}/data/results.json").data == of_the_api


def test_before_publication_there_is_neither_a_file_nor_a_hash(services, client):
    services.answer(ReadResults, ResultsNotPublished(publication=LATER))

    assert client.get(f"{P}/data/results.csv").status_code == 404
    listed = client.get(f"{P}/data").text
    assert "not published yet" in listed
    assert "data/results.csv" not in listed


def test_a_file_goes_on_to_the_last_candidate_and_is_no_formula(services, client):
    pages = {
        "": ("=1+1", "b"),
        "b": ("Сабина, «Сая»", None),
    }

    def a_page(asked: dict[str, Any]) -> dict[str, Any]:
        name, following = pages[asked.get("after", "")]
        items = [a_sample(CandidateSummary, name=name, woman=True)]
        return {"items": items, "next": following, "total": 2}

    services.answer(ListCandidates, a_page)

    found = rows(client.get(f"{P}/data/candidates.csv").text)

    assert [each["name"] for each in found] == ["'=1+1", "Сабина, «Сая»"]
    assert {each["woman"] for each in found} == {"yes"}


def test_whoever_finds_a_hole_is_told_where_to_turn(services):
    clock = FrozenClock("2026-01-01T00:00:00Z")
    client = a_client(services, clock=clock, contact="mailto:safe@example.org")

    answer = client.get("/.well-known/security.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:safe@example.org",
        "Expires: 2026-06-30T00:00:00Z",
        "Preferred-Languages: en, ru, kk",
    ]
    assert 'href="mailto:safe@example.org"' in client.get("/help").text


def test_without_a_contact_there_is_no_empty_promise(client):
    assert client.get("/.well-known/security.txt").status_code == 404
    assert "turn to the organising committee" in client.get("/privacy").text


def test_whoever_chose_a_territory_finds_it_on_the_first_page(client):
    client.get(f"{P}/").text.index("Where do you live?")

    chosen = client.get(f"{P}/territory?territory=KZ-111000000&lang=en")

    assert chosen.status_code == 303
    assert chosen.headers["Location"] == f"{P}/territories/KZ-111000000?lang=en"
    assert "Your territory: " in client.get(f"{P}/").text


@pytest.mark.parametrize("code", ["", "KZ-NOWHERE", "//elsewhere.example"])
def test_a_territory_that_is_none_leads_to_all_of_them(client, code):
    answer = client.get(f"{P}/territory", query_string={"territory": code})

    assert answer.headers["Location"] == f"{P}/territories"
    assert "Set-Cookie" not in answer.headers


def test_the_status_tells_of_extensions_and_of_disputed_boards(services, client):
    services.answer(ShowCalendar, a_calendar({"closes_at": LATER}))
    dispute = {"height": 12, "reason": "ballot 12 has a wrong proof"}
    board = a_sample(ReadCount.Response)["boards"][0] | {"dispute": dispute}
    services.answer(ReadCount, a_sample(ReadCount.Response, boards=[board]))

    text = client.get("/status").text

    assert "Voting closes later." in text
    assert "record 12: ballot 12 has a wrong proof" in text


def test_the_status_is_told_while_registration_is_away(services, client):
    services.answer(ListPrimaries, ServiceUnavailable(service="registration"))

    answer = client.get("/status")

    assert answer.status_code == 200
    assert "No calendar has been changed." in answer.text


def test_a_version_tells_which_suggestions_it_follows_and_why(services, client):
    suggestion = a_sample(
        SuggestionView, suggestion="s-1", text="More trees.", reason="There is room."
    )
    services.answer(ListSuggestions, {"items": [suggestion], "next": None})
    change = a_sample(ChangeView, suggestions=["s-1"], diff={"en": ["+ trees"]})
    version = a_sample(ReadProgrammeVersion.Response, version=3, changes=[change])
    services.answer(ReadProgrammeVersion, version)

    text = client.get(f"{P}/programmes/KZ-AKM/versions/3").text

    assert "More trees." in text
    assert "because: There is room." in text
    assert '<span class="diff-in">+ trees</span>' in text


@pytest.mark.parametrize("number", ["x", "-1", "²", "99999999999999999999"])
def test_what_is_no_number_of_a_version_is_no_page(client, number):
    assert client.get(f"{P}/programmes/KZ-AKM/versions/{number}").status_code == 404


def test_the_results_of_one_territory_are_found_among_all(services, client):
    contests = [
        a_sample(ContestResultView, contest=contest, territory=territory)
        for contest, territory in (("one", "KZ-111000000"), ("other", "KZ-KUS"))
    ]
    results = a_sample(ReadResults.Response, contests=contests)
    services.answer(ReadResults, results)

    text = client.get(f"{P}/results?territory=KZ-111000000").text

    assert f'href="{P}/results/one"' in text
    assert f'href="{P}/results/other"' not in text


def test_before_publication_the_results_say_how_far_the_count_is(services, client):
    services.answer(ReadResults, ResultsNotPublished(publication=LATER))
    count = a_sample(ReadCount.Response, states={"counted": 0}, protocols=2, stations=5)
    services.answer(ReadCount, count)

    text = client.get(f"{P}/results").text

    assert "0 of 1" in text
    assert "2 of 5" in text


def test_the_parts_of_a_turnout_stay_unsaid_while_one_of_them_does(services, client):
    total = a_sample(ShowTurnout.Response)["total"]
    for paper, is_told in ((10, True), (None, False)):
        shown = a_sample(ShowTurnout.Response, total=total | {"paper": paper})
        services.answer(ShowTurnout, shown)
        text = a_client(services).get(f"{P}/turnout").text
        assert ("How they voted" in text) == is_told
