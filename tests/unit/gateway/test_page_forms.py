"""The mould: who may see a page, and what becomes of the forms that it sends."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from werkzeug.test import Client

from chassis.errors import InvalidPayload, ServiceUnavailable
from contracts.registration.errors import (
    InvalidNumber,
    SecretRefused,
    SessionEnded,
    SignInRefused,
)
from contracts.registration.operations import (
    CloseSession,
    EndSession,
    OpenAdministratorSession,
    ReadSession,
    RequestSignInCode,
    ShowMe,
    SignIn,
)
from gateway.sessions import COOKIE
from tests.support.gateway import Browser, ScriptedServices, a_client, a_holder
from tests.support.samples import a_sample

P = "/tiny-2020"
SIGN_IN = f"{P}/sign-in"
ME = f"{P}/me"


@pytest.fixture
def services() -> ScriptedServices:
    services = ScriptedServices()
    services.answer(ReadSession, a_holder())
    services.answer(SignIn, {"session": "fresh", "expires_at": "", "roles": []})
    return services


@pytest.fixture
def browser(services: ScriptedServices) -> Browser:
    return Browser(services)


@pytest.fixture
def member(services: ScriptedServices) -> Browser:
    return Browser(services, session="the-session")


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(browser):
    assert browser.get(ME).location == f"{SIGN_IN}?next=%2Ftiny-2020%2Fme"

    browser.get(f"{SIGN_IN}?next={ME}")
    browser.send(iin="850312401235")
    answer = browser.send(code="123456")

    assert (answer.status_code, answer.location) == (303, ME)
    assert browser.cookie(COOKIE) == "fresh"


def test_a_number_and_a_code_may_be_typed_with_spaces(services, browser):
    browser.get(SIGN_IN)
    browser.send(iin=" 850312 401235 ")
    browser.send(code="123 456")

    asked = services.questions(SignIn)
    number = {"primary": "tiny-2020", "iin": "850312401235"}
    assert services.questions(RequestSignInCode) == [number]
    assert asked == [number | {"code": "123456"}]


def test_the_number_is_in_no_address_and_in_no_log(browser, capsys):
    browser.get(SIGN_IN)
    steps = [browser.send(iin="850312401235"), browser.send(code="123456")]

    assert not any("850312401235" in str(step.headers) for step in steps)
    assert "850312401235" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\evil",
        "evil",
        "/ x",
        "/x\n//evil.example",
    ],
)
def test_nobody_is_led_to_a_foreign_place_by_signing_in(browser, address):
    browser.get(SIGN_IN)
    browser.send(iin="1", next=address)

    assert browser.send(code="1", next=address).location == ME


def test_what_is_no_number_is_said_beside_the_field(services, browser):
    reason = "its check digit does not fit"
    services.answer(RequestSignInCode, InvalidNumber(reason=reason))
    browser.get(SIGN_IN)

    answer = browser.send(iin="850312401236")

    assert answer.status_code == 422
    assert reason in browser.field("iin-error")
    assert 'href="#iin"' in answer.text
    assert 'value="850312401236"' in answer.text
    assert answer.text.startswith("<!doctype html>")
    assert "<title>Error: Sign in" in answer.text


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (4, "You can try 4 more times."),
        (1, "You can try once more."),
        (0, "Ask for a new one."),
    ],
)
def test_a_wrong_code_says_how_often_one_may_try_again(services, browser, left, words):
    services.answer(SignIn, SignInRefused(attempts_left=left))
    browser.get(SIGN_IN)
    browser.send(iin="850312401235")

    answer = browser.send(code="000000")

    assert answer.status_code == 422
    assert words in browser.field("code-error")
    assert browser.hidden("code")["iin"] == "850312401235"


def test_another_code_may_be_asked_for_and_another_number_given(services, browser):
    browser.get(SIGN_IN)
    browser.send(iin="850312401235")
    browser.send("number")
    assert len(services.questions(RequestSignInCode)) == 2

    assert "Send me a code" in browser.send("other").text


def test_a_browser_that_keeps_no_cookies_is_told_before_a_code_is_sent(
    services, browser
):
    browser.get(SIGN_IN)
    browser.forget_cookies()

    answer = browser.send(iin="850312401235")

    assert answer.status_code == 422
    assert "has not kept our cookie" in answer.text
    assert services.questions(RequestSignInCode) == []


def test_an_administrator_signs_in_with_the_secret(services, browser):
    opened = a_sample(OpenAdministratorSession.Response, session="fresh")
    services.answer(OpenAdministratorSession, opened)
    browser.get("/sign-in")

    answer = browser.send(secret="the secret")

    assert (answer.location, browser.cookie(COOKIE)) == ("/", "fresh")


def test_a_wrong_secret_is_not_repeated(services, browser):
    services.answer(OpenAdministratorSession, SecretRefused())
    browser.get("/sign-in")

    answer = browser.send(secret="a guess")

    assert answer.status_code == 401
    assert "a guess" not in answer.text
    assert "not the administrator" in browser.field("secret-error")


@pytest.mark.parametrize(
    ("deed", "operation", "asked"),
    [
        ("here", CloseSession, {"session": "the-session"}),
        ("everywhere", EndSession, {"primary": "tiny-2020"}),
    ],
)
def test_signing_out_ends_the_session_and_forgets_it(
    services, member, deed, operation, asked
):
    member.get(f"{P}/sign-out")
    answer = member.send(deed)

    assert services.questions(operation) == [asked]
    assert (answer.location, member.cookie(COOKIE)) == (f"{P}/", None)
    assert "signed out" in member.get(f"{P}/").text


def test_a_page_says_who_is_signed_in_and_is_then_nobody_else_s(services, member):
    services.answer(ShowMe, a_sample(ShowMe.Response, name="Aigul Sample"))

    answer = member.get(f"{P}/turnout")

    assert "Aigul Sample" in answer.text
    assert answer.cache_control.no_store


def test_the_same_page_for_anybody_may_be_kept_for_a_moment(browser):
    answer = browser.get(f"{P}/turnout")

    assert answer.cache_control.public
    assert "Sign in" in answer.text


def test_a_name_that_cannot_be_told_just_now_is_left_out(services, member):
    services.answer(ShowMe, ServiceUnavailable(service="registration"))

    assert member.get(f"{P}/turnout").status_code == 200


def test_a_session_that_has_ended_is_nobody_s(services, member):
    services.answer(ReadSession, SessionEnded())

    assert "Sign in" in member.get(f"{P}/turnout").text
    assert member.get(ME).location.startswith(SIGN_IN)
    assert member.cookie(COOKIE) is None


def test_who_lacks_the_role_learns_which_it_is_and_who_grants_it(services, member):
    services.answer(ReadSession, a_holder("voter"))

    answer = member.get(ME)

    assert answer.status_code == 403
    assert "officer of the organising committee" in answer.text
    assert "The administrator enters" in answer.text


def test_who_is_signed_in_to_another_primary_is_told_so(services, member):
    services.answer(ReadSession, a_holder(primary="other-2020"))

    answer = member.get(ME)

    assert answer.status_code == 403
    assert 'href="/other-2020/sign-out"' in answer.text


def test_a_notice_is_said_once(browser):
    browser.get(SIGN_IN)
    browser.send(iin="1")
    browser.send(code="1")

    assert "You are signed in." in browser.get(ME).text
    assert "You are signed in." not in browser.get(ME).text


def test_a_form_pressed_twice_does_it_once(services, browser):
    browser.get(SIGN_IN)
    browser.send(iin="850312401235")
    sent = browser.filled("code", code="123456")

    first = browser.post(SIGN_IN, sent)
    browser.client.delete_cookie(COOKIE)  # the second press came before the answer
    second = browser.post(SIGN_IN, sent)

    assert first.location == second.location
    assert len(services.questions(SignIn)) == 1


def test_the_same_form_with_other_words_is_another(services, browser):
    services.answer(SignIn, SignInRefused(attempts_left=3))
    browser.get(SIGN_IN)
    browser.send(iin="850312401235")
    for code in ("1", "2", "2"):
        browser.post(SIGN_IN, browser.filled("code", code=code))

    assert [asked["code"] for asked in services.questions(SignIn)] == ["1", "2", "2"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}],
    ids=["no origin", "hidden", "foreign"],
)
@pytest.mark.parametrize("address", [SIGN_IN, f"{P}/sign-out", "/sign-in"])
def test_no_foreign_page_sends_a_form_of_ours(services, address, headers):
    client: Client = a_client(services)
    data = {"do": "here", "iin": "1", "secret": "1"}

    answer = client.post(
        address, data=data, headers=headers, base_url="https://localhost"
    )

    assert answer.status_code == 403
    assert {name for name, *_ in services.asked} <= {"show_primary"}


def test_a_form_made_before_signing_in_is_shown_again_as_it_was(services, member):
    member.get(f"{P}/sign-out")
    old = member.filled("here") | {"csrf": "", "note": "kept"}

    answer = member.post(f"{P}/sign-out", old)

    assert answer.status_code == 409
    assert "Look through it" in answer.text
    assert services.questions(CloseSession) == []
    assert member.send("here").status_code == 303


def test_what_was_written_survives_the_end_of_the_session(services, member):
    member.get(f"{P}/sign-out")
    sent = member.filled("here") | {"words": "<long>"}
    services.answer(ReadSession, SessionEnded())
    member.wait_out_what_is_remembered()

    answer = member.post(f"{P}/sign-out", sent)

    assert answer.status_code == 401
    assert "Nothing has been sent." in answer.text
    assert member.hidden("here")["words"] == "<long>"


def test_what_was_written_survives_a_service_that_is_away(services, member):
    member.get(f"{P}/sign-out")
    services.answer(CloseSession, ServiceUnavailable(service="registration"))

    answer = member.send("here")

    assert answer.status_code == 503
    assert "does not answer just now" in answer.text
    assert member.cookie(COOKIE) == "the-session"


def test_each_field_shows_what_the_service_found_wrong_with_it(services, browser):
    problems: Any = [{"pointer": "/iin", "detail": "Longer than 64."}]
    services.answer(RequestSignInCode, InvalidPayload(problems=problems))
    browser.get(SIGN_IN)

    browser.send(iin="x")

    assert "Write 64 characters at most." in browser.field("iin-error")


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("text/plain", b"do=here", 415),
        ("multipart/form-data; boundary=x", b"--x--", 400),
        ("multipart/form-data", b"x", 400),
        ("application/x-www-form-urlencoded", b"do=nonsense", 400),
        ("application/x-www-form-urlencoded", b"do=number&iin=%00", 422),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 70_000, 413),
    ],
)
def test_what_is_no_form_of_ours_changes_nothing(services, browser, kind, body, status):
    browser.get(SIGN_IN)

    answer = browser.post(SIGN_IN, body, content_type=kind)

    assert answer.status_code == status
    assert services.questions(RequestSignInCode) == []


def test_a_page_without_forms_takes_none(browser):
    assert browser.post(f"{P}/turnout", {}).status_code == 405


def test_what_people_write_comes_back_as_text(services, browser):
    services.answer(RequestSignInCode, InvalidNumber(reason="x"))
    browser.get(SIGN_IN)

    text = browser.send(iin='"><script>').text

    assert "<script>" not in text.replace('<script type="module"', "")
    assert '"><script>' in unescape(re.findall(r'id="iin"[^>]*', text)[0])


def test_my_page_has_no_vote_where_voting_cannot_tell(services, member):
    services.answer(ReadSession, a_holder("member", "trustee"))

    assert "My vote" in member.get(ME).text
