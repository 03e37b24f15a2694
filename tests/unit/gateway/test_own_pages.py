"""What people do on pages of their own: suggest, support, apply, nominate, write."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidPayload
from chassis.testing import FrozenClock
from contracts.campaign.errors import PageChangedMeanwhile, UnknownCandidate
from contracts.campaign.operations import (
    EditCandidatePage,
    ListMySupports,
    ListSuggestions,
    ReadCandidate,
    ReadProgramme,
    SuggestChange,
    SupportSuggestion,
    WithdrawSupport,
)
from contracts.campaign.views import SuggestionView
from contracts.registration.errors import AlreadyNominated, TooYoung
from contracts.registration.operations import (
    ListMyNominations,
    ReadSession,
    ShowMe,
    SubmitNomination,
    WithdrawNomination,
)
from contracts.registration.views import NominationView
from gateway.pages.alike import most_alike
from gateway.pages.roles import OFFICES
from gateway.pages.site import PAGES
from tests.support.gateway import Browser, ScriptedServices, a_holder
from tests.support.outline import Outline
from tests.support.samples import a_sample

P = "/tiny-2020"
KOKSHETAU = "KZ-111000000"
PROGRAMME = f"{P}/programmes/{KOKSHETAU}"
NOMINATING = "2020-08-20T06:00:00Z"
SUGGESTING = "2020-09-10T06:00:00Z"
ROLES = tuple(role.value for role in OFFICES)
OWN = (
    f"{P}/me",
    f"{P}/sign-in",
    f"{P}/sign-out",
    f"{P}/apply",
    f"{P}/me/nominations",
    f"{P}/me/candidate-page",
    f"{P}/me/debates",
    f"{P}/organisation",
    f"{P}/organisation/nominate",
    f"{PROGRAMME}/suggestions",
    f"{PROGRAMME}/suggest",
)


@pytest.fixture
def services() -> ScriptedServices:
    services = ScriptedServices()
    held = [{"role": role, "scope": f"of-{role}"} for role in ROLES]
    services.answer(ReadSession, a_holder(roles=held))
    services.know_places()
    services.answer(ListMyNominations, {"items": []})
    services.answer(ShowMe, a_sample(ShowMe.Response, territory=KOKSHETAU))
    return services


def at(services: ScriptedServices, instant: str) -> Browser:
    return Browser(services, session="the-session", clock=FrozenClock(instant))


def suggestion(**facts: Any) -> dict[str, Any]:
    return a_sample(SuggestionView, state="open", kind="add", reason=None) | facts


@pytest.mark.parametrize("instant", [NOMINATING, SUGGESTING])
@pytest.mark.parametrize("address", OWN)
def test_every_page_of_one_s_own_can_be_read_without_seeing_it(
    services, address, instant
):
    answer = at(services, instant).get(address)
    outline = Outline(answer.text)

    assert answer.status_code == 200
    assert answer.cache_control.no_store
    outline.require_readable()


def test_my_page_leads_to_every_page_that_has_a_task(services):
    text = at(services, NOMINATING).get(f"{P}/me").text

    tasks = [page for page in PAGES if getattr(page, "tasks", ())]
    links = [page.address.replace("<primary>", "tiny-2020") for page in tasks]
    assert [link for link in links if f'href="{link}"' not in text] == []


# --- suggestions


def test_a_suggestion_is_made_in_three_steps(services):
    browser = at(services, SUGGESTING)
    sections = [{"section": "roads", "title": {"en": "Roads"}, "text": {"en": "Mend."}}]
    services.answer(ReadProgramme, a_sample(ReadProgramme.Response, sections=sections))
    services.answer(ListSuggestions, {"items": [], "next": None})
    address = f"{PROGRAMME}/suggest"

    browser.get(f"{address}?section=roads")
    assert "Step 1 of 3" in browser.text
    browser.send(do="next", section="roads", kind="change")
    assert "Mend." in browser.text
    browser.send(do="next", text="Mend the\r\nbridge.", language="en")
    assert "Mend the\nbridge." in browser.text
    answer = browser.send(do="send")

    assert answer.location == f"{PROGRAMME}/suggestions"
    [asked] = services.questions(SuggestChange)
    assert len(asked.pop("key")) >= 16
    assert asked == {
        "primary": "tiny-2020",
        "territory": KOKSHETAU,
        "section": "roads",
        "kind": "change",
        "text": "Mend the\nbridge.",
        "language": "en",
    }


def test_two_presses_of_the_last_button_make_one_suggestion(services):
    browser = at(services, SUGGESTING)
    browser.get(f"{PROGRAMME}/suggest")
    words = {"section": "roads", "kind": "add", "text": "A bridge.", "language": "en"}
    sent = browser.filled(do="send", step="review", **words)

    answers = [browser.post(f"{PROGRAMME}/suggest", sent) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert len(services.questions(SuggestChange)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"section": "", "kind": "add"}, "section-error"),
        ({"section": "roads", "kind": "burn"}, "kind-error"),
        ({"section": "new", "kind": "change"}, "kind-error"),
    ],
)
def test_a_step_that_is_not_right_does_not_go_on(services, given, field):
    browser = at(services, SUGGESTING)
    browser.get(f"{PROGRAMME}/suggest")

    answer = browser.send(do="next", step="place", **given)

    assert answer.status_code == 422
    assert browser.field(field)
    assert "Step 1 of 3" in browser.text


def test_a_suggestion_that_is_too_long_says_by_how_much(services):
    browser = at(services, SUGGESTING)
    browser.get(f"{PROGRAMME}/suggest")

    browser.send(do="next", step="words", text="é" * 2003, language="en")

    assert "This is 3 letters too long." in browser.field("text-error")
    assert "é" * 2003 in browser.text


def test_going_back_keeps_what_was_written(services):
    browser = at(services, SUGGESTING)
    browser.get(f"{PROGRAMME}/suggest")
    browser.send(do="next", section="roads", kind="add")

    browser.send(do="back", text="Half a tho", language="en")

    assert "Step 1 of 3" in browser.text
    assert browser.hidden()["text"] == "Half a tho"


def test_what_was_said_before_is_shown_before_it_is_said_again(services):
    browser = at(services, SUGGESTING)
    said = suggestion(text="Build a new bridge over the river", suggestion="s-1")
    services.answer(ListSuggestions, {"items": [said], "next": None})
    browser.get(f"{PROGRAMME}/suggest")

    browser.send(
        do="next",
        step="words",
        section="roads",
        kind="add",
        text="New bridges over our river",
        language="en",
    )

    assert "Others have suggested something similar." in browser.text
    assert "/suggestions?section=" in browser.text


@given(st.lists(st.text(max_size=40), max_size=8), st.text(max_size=40))
def test_what_is_most_alike_comes_first_and_never_more_than_three(texts, own):
    others = [{"text": text, "place": place} for place, text in enumerate(texts)]

    found = most_alike(own, others)

    assert len(found) <= 3
    assert all(each in others for each in found)
    if len(own.strip()) >= 4 and own.isalnum() and own in texts:
        assert found[0]["text"].casefold()[:5] == own.casefold()[:5]


@pytest.mark.parametrize(
    ("mine", "deed", "operation", "words"),
    [
        ([], "support", SupportSuggestion, "Your support is counted."),
        (["s-1"], "withdraw", WithdrawSupport, "Your support is withdrawn."),
    ],
)
def test_a_member_supports_and_thinks_better_of_it(
    services, mine, deed, operation, words
):
    services.answer(
        ListSuggestions, {"items": [suggestion(suggestion="s-1")], "next": None}
    )
    services.answer(ListMySupports, {"suggestions": mine})
    browser = at(services, SUGGESTING)
    browser.get(f"{PROGRAMME}/suggestions?state=open")

    answer = browser.send(deed)

    assert services.questions(operation) == [
        {"primary": "tiny-2020", "suggestion": "s-1"}
    ]
    assert answer.location == f"{PROGRAMME}/suggestions?state=open#s-1"
    assert words in browser.get(f"{PROGRAMME}/suggestions?state=open").text


def test_who_is_not_signed_in_reads_suggestions_and_is_shown_the_way_in(services):
    services.answer(ListSuggestions, {"items": [suggestion()], "next": None})
    browser = Browser(services, clock=FrozenClock(SUGGESTING))

    answer = browser.get(f"{PROGRAMME}/suggestions")

    assert "Sign in to support it" in answer.text
    assert answer.cache_control.public
    assert services.questions(ListMySupports) == []


# --- applying


def test_a_member_applies_step_by_step(services):
    browser = at(services, NOMINATING)
    browser.get(f"{P}/apply")
    browser.send(do="next", route="self")
    browser.send(do="next", contest="maslikhat-kz-akm")
    browser.send(do="next", statement="Roads first.")
    browser.send(do="next", documents="consent", agreed="yes")
    assert "Roads first." in browser.text
    answer = browser.send(do="send")

    assert answer.location == f"{P}/me/nominations"
    assert services.questions(SubmitNomination) == [
        {
            "primary": "tiny-2020",
            "route": "self",
            "contest": "maslikhat-kz-akm",
            "documents": ["consent"],
            "statement": "Roads first.",
        }
    ]


def test_only_contests_of_one_s_own_places_are_offered(services):
    browser = at(services, NOMINATING)
    browser.get(f"{P}/apply")
    browser.send(do="next", route="self")

    offered = [
        attributes["value"]
        for attributes in Outline(browser.text).all("input")
        if attributes.get("name") == "contest"
    ]

    assert offered
    assert not any("kus" in (value or "") for value in offered)


def test_without_consent_nobody_stands(services):
    browser = at(services, NOMINATING)
    browser.get(f"{P}/apply")
    browser.send(do="next", step="consent", route="self", contest="maslikhat-kz-akm")

    assert "Without your consent" in browser.field("agreed-error")

    answer = browser.send(do="send", step="review", documents="consent", agreed="no")

    assert answer.status_code == 422
    assert services.questions(SubmitNomination) == []


def test_a_refusal_at_the_end_leads_to_the_step_that_it_is_about(services):
    refusal = TooYoung(contest="c", min_age=25, reference_date="2020-10-03")
    services.answer(SubmitNomination, refusal)
    browser = at(services, NOMINATING)
    given = {"route": "self", "contest": "maslikhat-kz-akm", "agreed": "yes"}
    browser.get(f"{P}/apply")

    answer = browser.send(do="send", step="review", documents="consent", **given)

    assert answer.status_code == 409
    assert "one must be 25" in browser.field("contest-error")
    assert "Step 2 of 5" in browser.text


def test_who_is_nominated_is_shown_that_instead_of_a_form(services):
    standing = a_sample(NominationView, state="registered", reason_code=None)
    services.answer(ListMyNominations, {"items": [standing]})

    assert (
        "You are nominated already" in at(services, NOMINATING).get(f"{P}/apply").text
    )


def test_before_and_after_its_time_a_page_says_when(services):
    text = at(services, SUGGESTING).get(f"{P}/apply").text

    assert "Nominating has ended" in text
    assert "Almaty time" in text


def test_withdrawing_wants_a_reason_and_a_confirmation(services):
    standing = a_sample(NominationView, state="submitted", nomination="n-1")
    services.answer(ListMyNominations, {"items": [standing | {"reason_code": None}]})
    address = f"{P}/me/nominations/n-1/withdraw"
    browser = at(services, NOMINATING)
    browser.get(address)

    refused = browser.send(reason="no")
    assert refused.status_code == 422
    assert services.questions(WithdrawNomination) == []
    answer = browser.send(reason="I am moving away.", sure="yes")

    assert answer.location == f"{P}/me/nominations"
    assert services.questions(WithdrawNomination) == [
        {"primary": "tiny-2020", "nomination": "n-1", "reason": "I am moving away."}
    ]


def test_nobody_reaches_the_nomination_of_somebody_else(services):
    answer = at(services, NOMINATING).get(f"{P}/me/nominations/n-9/withdraw")

    assert answer.status_code == 404


# --- candidates


def test_a_candidate_writes_in_every_language_of_the_primary(services):
    page = a_sample(
        ReadCandidate.Response, links=[], translations={}, version=4, withdrawn=False
    )
    services.answer(ReadCandidate, page)
    browser = at(services, SUGGESTING)
    browser.get(f"{P}/me/candidate-page")

    answer = browser.send(
        "save",
        statement="Roads.",
        education="College",
        translations__ru__statement="Дороги.",
        links__0__title="Mine",
        links__0__address="https://example.org/",
    )

    assert answer.location == f"{P}/me/candidate-page"
    [asked] = services.questions(EditCandidatePage)
    assert asked["version"] == 4
    assert asked["candidacy"] == "of-candidate"
    assert asked["translations"] == {"ru": {"statement": "Дороги.", "education": ""}}
    assert asked["links"] == [{"title": "Mine", "address": "https://example.org/"}]


def test_what_is_wrong_in_a_translation_is_said_beside_it(services):
    pointers = ("/translations/kk/value/statement", "/links/1/address")
    problems: Any = [{"pointer": each, "detail": "Not this."} for each in pointers]
    services.answer(EditCandidatePage, InvalidPayload(problems=problems))
    page = a_sample(ReadCandidate.Response, links=[], translations={}, withdrawn=False)
    services.answer(ReadCandidate, page)
    browser = at(services, SUGGESTING)
    browser.get(f"{P}/me/candidate-page")

    browser.send("save", translations__kk__statement="x")

    assert "Not this." in browser.field("translations.kk.statement-error")
    assert "Not this." in browser.field("links.1.address-error")


def test_a_page_changed_elsewhere_is_not_overwritten_unseen(services):
    page = a_sample(
        ReadCandidate.Response, links=[], translations={}, version=5, withdrawn=False
    )
    services.answer(ReadCandidate, page)
    services.answer(EditCandidatePage, PageChangedMeanwhile(version=5))
    browser = at(services, SUGGESTING)
    browser.get(f"{P}/me/candidate-page")

    answer = browser.send("save", statement="Mine.", version="4")

    assert answer.status_code == 409
    assert "has changed since you read it" in answer.text
    assert "Mine." in answer.text
    assert browser.hidden("save")["version"] == "5"


def test_a_registration_that_is_still_on_its_way_is_waited_for(services):
    services.answer(ReadCandidate, UnknownCandidate(candidacy="c"))

    answer = at(services, SUGGESTING).get(f"{P}/me/candidate-page")

    assert answer.status_code == 200
    assert "on its way" in answer.text


# --- secretaries


def test_a_secretary_puts_a_member_forward(services, capsys):
    browser = at(services, NOMINATING)
    browser.get(f"{P}/organisation/nominate")
    browser.send(do="next", member="850312 401235")
    browser.send(do="next", contest="maslikhat-kz-akm")
    browser.send(do="next", minutes="No. 4, 18 August, 12 of 15 for", documents="x")
    assert "Every document of the list is needed." in browser.field("documents-error")
    both = {"documents": ["consent", "minutes"]}
    minutes = {"minutes": "No. 4", "statement": "The meeting chose her."}
    sent = browser.filled(do="send", step="review", **minutes) | both
    answer = browser.post(f"{P}/organisation/nominate", sent)

    assert answer.location == f"{P}/organisation?ppo=of-secretary"
    [asked] = services.questions(SubmitNomination)
    assert asked["member"] == "850312401235"
    assert (asked["route"], asked["ppo"]) == ("ppo", "of-secretary")
    assert asked["documents"] == ["consent", "minutes"]
    assert "850312401235" not in capsys.readouterr().out.replace(" ", "")


def test_a_member_who_stands_already_is_named_at_the_member_s_step(services):
    services.answer(SubmitNomination, AlreadyNominated())
    browser = at(services, NOMINATING)
    browser.get(f"{P}/organisation/nominate")
    given = {
        "member": "850312401235",
        "contest": "maslikhat-kz-akm",
        "minutes": "No. 4",
        "documents": ["consent", "minutes"],
    }

    browser.post(
        f"{P}/organisation/nominate",
        browser.filled(do="send", step="review") | given,
    )

    assert "nominated already" in browser.field("member-error")
    assert "Step 1 of 5" in browser.text


def test_a_member_has_no_organisation_s_page(services):
    services.answer(ReadSession, a_holder("member"))

    answer = at(services, NOMINATING).get(f"{P}/organisation")

    assert answer.status_code == 403
    assert "secretary of a party organisation" in answer.text
