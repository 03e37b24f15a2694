"""The pages say what there is, and say so when there is nothing yet."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from chassis.errors import DomainError, ServiceUnavailable
from chassis.shared_operations import ListPublicEvents, asked_of
from chassis.testing import FrozenClock
from contracts.campaign.errors import UnknownCandidate
from contracts.campaign.operations import (
    ListCandidates,
    ListDebates,
    ListProgrammes,
    ReadCandidate,
)
from contracts.copies import UnknownPrimary
from contracts.registration.operations import ListPrimaries, ShowPrimary, ShowTerritory
from contracts.tally.errors import ResultsNotPublished
from contracts.tally.operations import (
    ReadContestResult,
    ReadPartyList,
    ReadPartyLists,
    ReadResults,
)
from contracts.voting import views
from contracts.voting.operations import FindBallot, ListBoards, ShowTurnout
from tests.support.gateway import ScriptedServices, a_client
from tests.support.outline import Outline
from tests.support.samples import a_sample

P = "/tiny-2020"
PAGES = (
    "/",
    "/status",
    "/offline",
    "/styleguide",
    "/help",
    "/privacy",
    "/accessibility",
    "/problems/invalid_payload",
    f"{P}/",
    f"{P}/territories",
    f"{P}/territories/KZ-AKM",
    f"{P}/candidates",
    f"{P}/candidates/c-1",
    f"{P}/compare",
    f"{P}/compare?candidate=c-1&candidate=c-2",
    f"{P}/programmes",
    f"{P}/programmes/KZ-AKM",
    f"{P}/programmes/KZ-AKM/versions/2",
    f"{P}/debates",
    f"{P}/debates/d-1",
    f"{P}/calendar",
    f"{P}/stations",
    f"{P}/data",
    f"{P}/turnout",
    f"{P}/results",
    f"{P}/results/maslikhat",
    f"{P}/lists",
    f"{P}/lists/maslikhat",
    f"{P}/boards",
    f"{P}/boards/KZ-1",
)


@pytest.fixture
def services() -> ScriptedServices:
    return ScriptedServices()


@pytest.fixture
def client(services: ScriptedServices) -> Client:
    return a_client(services)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_can_be_read_without_seeing_it(client, address):
    answer = client.get(address)
    outline = Outline(answer.text)

    assert answer.status_code == 200
    assert outline.open == []
    assert outline.all("html") == [{"lang": "en"}]
    assert len(outline.all("h1")) == len(outline.all("main")) == 1
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert outline.all("a")[0] == {"class": "skip", "href": "#main"}
    named = {a.get("for") for a in outline.all("label")}
    fields = [*outline.all("input"), *outline.all("select")]
    labelled = {"hidden", "checkbox", "radio"}  # the last two within their labels
    visible = [a for a in fields if a.get("type") not in labelled]
    assert {a["id"] for a in visible} <= named


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_a_script_or_a_style_within_itself(client, address):
    outline = Outline(client.get(address).text)

    assert outline.all("style") == []
    for script in outline.all("script"):
        assert {"src", "integrity"} <= script.keys()
    assert not any("style" in attributes for _, attributes in outline.tags)


def test_what_people_write_is_text_and_no_markup(services, client):
    hostile = '<script>alert("x")</script>'
    services.answer(
        ReadCandidate, a_sample(ReadCandidate.Response, name=hostile, statement=hostile)
    )

    text = client.get(f"{P}/candidates/c-1").text

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("instant", "stage", "button"),
    [
        ("2020-08-01T00:00:00Z", "Next: Nomination", "Find your territory"),
        ("2020-08-20T00:00:00Z", "Nomination <span", "See who stands"),
        ("2020-09-01T00:00:00Z", "Next: Programmes", "See the candidates"),
        ("2020-09-08T00:00:00Z", "Programmes <span", "Read the programmes"),
        ("2020-09-20T00:00:00Z", "Debates <span", "See the debates"),
        ("2020-10-03T07:59:59Z", "Voting <span", "Vote now"),
        ("2020-10-03T08:00:00Z", "Next: Results", "Look at the public boards"),
        ("2020-10-05T06:00:00Z", "Results <span", "See the results"),
    ],
)
def test_home_has_one_thing_to_do_at_any_time(services, instant, stage, button):
    client = a_client(services, clock=FrozenClock(instant))

    text = client.get(f"{P}/").text

    assert f'<h2 id="act">{stage}' in text
    assert f">{button}</a>" in text


def test_a_rehearsal_says_so_on_every_page_of_it(services, client):
    rehearsal = a_sample(ShowPrimary.Response, rehearsal=True)
    services.answer(ShowPrimary, rehearsal)

    for address in PAGES:
        marked = "ribbon-rehearsal" in client.get(address).text
        assert marked == address.startswith(P)


def test_a_demonstration_says_so_and_nothing_else_does(services):
    for is_demo in (True, False):
        client = a_client(services, is_demo=is_demo)
        assert ("ribbon-demo" in client.get("/").text) == is_demo


def test_names_come_in_the_chosen_language_and_links_keep_it(client):
    text = client.get(f"{P}/territories/KZ-AKM?lang=kk").text

    assert "<h1>Ақмола облысы</h1>" in text
    assert '<html lang="kk">' in text
    assert f'href="{P}/candidates?lang=kk"' in text


def test_a_language_that_is_not_offered_changes_nothing(client):
    plain = client.get(f"{P}/territories/KZ-AKM?lang=fr").text

    assert "<h1>Akmola Region</h1>" in plain


def test_a_name_in_another_language_than_the_page_says_so(services, client):
    services.answer(
        ShowTerritory, a_sample(ShowTerritory.Response, name={"ru": "Акмола"})
    )

    text = client.get(f"{P}/territories/KZ-AKM?lang=kk").text

    assert '<h1><span lang="ru">Акмола</span></h1>' in text


def test_whoever_chose_a_language_keeps_it(client):
    chosen = client.get(f"{P}/turnout?lang=ru")

    assert "private" in chosen.headers["Cache-Control"]
    assert '<html lang="ru">' in client.get(f"{P}/candidates").text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("ru-RU,ru;q=0.9,en;q=0.5", "ru"), ("kk-KZ", "kk"), ("fr", "en"), ("", "en")],
)
def test_a_browser_tells_which_language_it_prefers(client, accepted, language):
    answer = client.get(f"{P}/turnout", headers={"Accept-Language": accepted})

    assert f'<html lang="{language}">' in answer.text
    assert {"accept-language", "cookie"} <= {v.lower() for v in answer.vary}


def test_every_time_says_where_it_holds(client):
    assert "1 October 2020, 00:00 (Almaty time)" in client.get(f"{P}/turnout").text


@pytest.mark.parametrize(
    ("address", "operation"),
    [
        ("results", ReadResults),
        ("results/maslikhat", ReadContestResult),
        ("lists", ReadPartyLists),
        ("lists/maslikhat", ReadPartyList),
    ],
)
def test_before_publication_a_page_says_when(services, client, address, operation):
    services.answer(operation, ResultsNotPublished(publication="2020-10-05T06:00:00Z"))

    answer = client.get(f"{P}/{address}")

    assert answer.status_code == 200
    assert "will be published" in answer.text
    assert "5 October 2020, 12:00 (Almaty time)" in answer.text


@pytest.mark.parametrize(
    ("address", "operation", "words"),
    [
        ("/", ListPrimaries, "No primary has been defined"),
        (f"{P}/candidates", ListCandidates, "Nobody here yet fits"),
        (f"{P}/programmes", ListProgrammes, "No programme has been published"),
        (f"{P}/debates", ListDebates, "No debates here yet"),
        (f"{P}/boards", ListBoards, "Boards are set up when"),
    ],
)
def test_an_empty_page_says_why_it_is_empty(
    services, client, address, operation, words
):
    services.answer(operation, a_sample(operation.Response, items=[]))

    assert words in client.get(address).text


def test_candidates_are_compared_three_at_most(services, client):
    services.answer(
        ReadCandidate,
        lambda asked: a_sample(ReadCandidate.Response, name=f"N {asked['candidacy']}"),
    )

    text = client.get(
        f"{P}/compare?candidate=a&candidate=b&candidate=a&candidate=c&candidate=d"
    ).text

    assert [f"N {each}" in text for each in "abcd"] == [True, True, True, False]


def test_a_candidate_who_is_unknown_is_left_out_of_a_comparison(services, client):
    services.answer(ReadCandidate, UnknownCandidate(candidacy="a"))

    assert "Nobody is chosen" in client.get(f"{P}/compare?candidate=a").text


def test_an_empty_filter_is_no_filter(services, client):
    client.get(f"{P}/candidates?text=&territory=KZ-AKM&woman=1&route=")

    assert services.questions(ListCandidates) == [
        {"primary": "tiny-2020", "limit": 50, "territory": "KZ-AKM", "woman": True}
    ]


def test_turnout_names_its_denominator_and_hides_small_numbers(services, client):
    few = a_sample(views.DistrictTurnout, online=None, paper=None)
    services.answer(ShowTurnout, a_sample(ShowTurnout.Response, districts=[few]))

    text = client.get(f"{P}/turnout").text

    assert "Out of voters on the frozen roll." in text
    assert '<td class="n" data-label="Online">–</td>' in text


def test_a_tracker_may_be_typed_with_spaces(services, client):
    services.answer(FindBallot, {"tracker": "abcd", "status": "replaced", "height": 7})

    text = client.get(f"{P}/boards/KZ-1?tracker=ab+cd").text

    assert services.questions(FindBallot)[0]["tracker"] == "abcd"
    assert "Replaced by a later vote" in text


def test_a_page_of_an_unknown_primary_is_an_error_page(services, client):
    services.answer(ShowPrimary, UnknownPrimary(primary="nowhere"))

    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "There is no primary nowhere." in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert Outline(answer.text).open == []


def test_a_service_that_is_away_leaves_what_the_others_know(services, client):
    services.answer(ShowTurnout, ServiceUnavailable(service="voting"))

    answer = client.get(f"{P}/")

    assert answer.status_code == 200
    assert "nominations" in answer.text


def test_status_names_the_service_that_does_not_answer(services, client):
    services.answer(
        asked_of(ListPublicEvents, "tally"), ServiceUnavailable(service="tally")
    )

    text = client.get("/status").text

    assert text.count("does not answer") == 1


@pytest.mark.parametrize("code", sorted(DomainError.by_code))
def test_every_kind_of_error_has_its_page(client, code):
    assert client.get(f"/problems/{code}").status_code == 200


def test_a_kind_of_error_that_does_not_exist_has_none(client):
    assert client.get("/problems/nonsense").status_code == 404


def test_a_kind_of_error_is_told_in_the_reader_s_language(client):
    text = client.get("/problems/invalid_payload?lang=ru").text

    assert "Invalid payload" not in text
    assert "The request does not have" not in text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_without_a_connection_every_reader_understands_the_page(client, language):
    text = client.get(f"/offline?lang={language}").text
    said = ["Байланыс жоқ", "Нет связи", "No connection"]

    assert [words for words in said if words in text] == said
    assert text.count("<h1>") == 1


def test_territories_lead_to_their_children(services, client):
    child = a_sample(ShowTerritory.Response, code="KZ-9", ancestors=[], children=[])
    shown = a_sample(ShowTerritory.Response, children=[child])
    services.answer(ShowTerritory, shown)

    assert f'href="{P}/territories/KZ-9"' in client.get(f"{P}/territories/KZ-AKM").text


def test_a_redirect_stays_with_whoever_stands_in_front(client):
    answer = client.get("/tiny-2020", query_string={"lang": "kk"})

    assert answer.status_code == 308
    assert answer.headers["Location"] == "/tiny-2020/?lang=kk"
