"""The telephones of a demonstration, and that nothing of them exists elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.registration import errors, operations
from contracts.voting.operations import ReadTelephoneInbox
from tests.support.gateway import Browser, ScriptedServices, a_client
from tests.support.outline import Outline
from tests.support.samples import a_sample

ADDRESS = "/demo/telephone"
IIN = "900101300015"
TELEPHONE = "+70000000001"
PRIMARY = a_sample(operations.ListPrimaries.Response)["items"][0] | {
    "primary": "tiny-2020",
    "zone": "Asia/Almaty",
}


@pytest.fixture
def services() -> ScriptedServices:
    services = ScriptedServices()
    services.answer(operations.ListPrimaries, {"items": [PRIMARY]})
    services.answer(operations.FindTelephone, {"telephone": TELEPHONE})
    services.answer(operations.ReadTelephoneInbox, {"items": []})
    services.answer(ReadTelephoneInbox, {"items": []})
    return services


@pytest.fixture
def browser(services: ScriptedServices) -> Browser:
    browser = Browser(services)
    browser.get(ADDRESS)
    return browser


def message(text: str, time: str) -> dict[str, Any]:
    return {"purpose": "any", "text": text, "queued_at": f"2020-10-01T{time}:00Z"}


def test_messages_of_both_services_are_shown_with_code_and_time(services, browser):
    services.answer(
        operations.ReadTelephoneInbox,
        {"items": [message("Your sign-in code is 123456.", "04:00")]},
    )
    services.answer(ReadTelephoneInbox, {"items": [message("<b>654321</b>", "05:30")]})

    text = browser.send("look", number="900101 300015").text

    assert "sign-in code is <strong>123456</strong>." in text
    assert "&lt;b&gt;<strong>654321</strong>&lt;/b&gt;" in text
    assert "11:30" in text  # in the primary's own time
    assert text.index("654321") < text.index("123456")
    assert services.questions(operations.FindTelephone)[0]["iin"] == IIN
    Outline(text).require_readable()


def test_sending_the_form_again_shows_what_has_come_since(services, browser):
    filled = browser.filled("look", number=TELEPHONE)
    assert "No message yet" in browser.post(ADDRESS, filled).text

    services.answer(ReadTelephoneInbox, {"items": [message("123456", "05:30")]})

    assert "<strong>123456</strong>" in browser.post(ADDRESS, filled).text


def test_a_telephone_is_found_by_its_own_number_too(services, browser):
    browser.send("look", number="+7 000 000 0001")

    asked = services.questions(ReadTelephoneInbox)
    assert asked[0]["telephone"] == TELEPHONE
    assert services.questions(operations.FindTelephone) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [(errors.InvalidNumber(reason="its length"), 422), (errors.UnknownMember(), 404)],
)
def test_a_number_of_nobody_is_told_beside_its_field(services, browser, error, status):
    services.answer(operations.FindTelephone, error)

    answer = browser.send("look", number="1")

    assert answer.status_code == status
    assert 'id="number-error"' in answer.text
    assert "data-inbox" not in answer.text


def test_no_number_stands_in_an_address(browser):
    text = browser.send("look", number=IIN).text

    links = [each.get("href") or "" for each in Outline(text).all("a")]
    assert not any(IIN in link for link in links)
    assert browser.send("look", number=IIN).cache_control.no_store


def test_whoever_looks_says_in_which_of_several_primaries(services):
    other = PRIMARY | {"primary": "other-2020"}
    services.answer(operations.ListPrimaries, {"items": [PRIMARY, other]})
    browser = Browser(services)
    browser.get(ADDRESS)

    browser.send("look", number=IIN, primary="other-2020")

    assert services.questions(operations.FindTelephone)[0]["primary"] == "other-2020"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_is_not_there_outside_a_demonstration(services, method):
    client = a_client(services, is_demo=False)
    form = {"do": "look", "number": IIN, "primary": "tiny-2020"}
    data = form if method == "POST" else None

    answer = client.open(
        ADDRESS,
        method=method,
        data=data,
        base_url="https://localhost",
        headers={"Origin": "https://localhost"},
    )

    assert answer.status_code == 404
    assert services.asked == []


@pytest.mark.parametrize("address", ["/", "/tiny-2020/", "/tiny-2020/vote", "/x/y/z"])
def test_the_ribbon_leads_to_the_telephones(services, address):
    assert f'href="{ADDRESS}"' in a_client(services).get(address).text
    elsewhere = a_client(services, is_demo=False).get(address).text
    assert "ribbon-demo" not in elsewhere
    assert ADDRESS not in elsewhere


def test_of_two_messages_of_one_instant_the_confirmation_is_the_newer(
    services, browser
):
    sign_in, confirmation = message("111111", "04:00"), message("222222", "04:00")
    services.answer(operations.ReadTelephoneInbox, {"items": [sign_in]})
    services.answer(ReadTelephoneInbox, {"items": [confirmation]})

    text = browser.send("look", number=IIN).text

    assert text.index("222222") < text.index("111111")
