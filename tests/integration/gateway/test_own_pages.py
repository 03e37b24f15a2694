"""People at their browsers, without any script: from the sign-in to the suggestion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from chassis.auth import Role
from chassis.clock import set_clock
from chassis.config import Settings
from chassis.rpc import RpcClient
from chassis.testing import a_principal, a_token, eventually
from contracts.campaign.errors import UnknownCandidate
from contracts.campaign.operations import PublishProgrammes, ReadCandidate
from contracts.registration.operations import DecideNomination
from gateway.app import Application
from tests.integration.gateway.people import P, in_front_of, signed_in, take_in
from tests.support.gateway import Browser
from tests.support.registration import (
    KOKSHETAU,
    PPO_DOCUMENTS,
    a_person,
)

CONTEST = "maslikhat-kz-akm"
AIGUL = a_person(name="Aigul Sample")
BERIK = a_person(name="Berik Sample")
SECRETARY = a_person(name="Saule Sample")


@pytest.fixture(scope="module")
def application(
    services: RpcClient, client: httpx.Client, environment: Mapping[str, str]
) -> Application:
    offices = [f"{SECRETARY.iin},secretary,ppo-1"]
    take_in(client, AIGUL, BERIK, SECRETARY, offices=offices)
    return in_front_of(services, environment)


@pytest.fixture(scope="module")
def office(environment: Mapping[str, str]) -> str:
    """The token of an officer of the organising committee."""
    clock = Settings("gateway", environment).clock
    return a_token(a_principal(Role.OFFICER, primary="tiny-2020"), clock)


def applied(browser: Browser) -> str:
    browser.get(f"{P}/apply")
    browser.send(do="next", route="self")
    browser.send(do="next", contest=CONTEST)
    browser.send(do="next", statement="Roads first.")
    browser.send(do="next", documents="consent", agreed="yes")
    answer = browser.send(do="send")
    assert answer.status_code == 303, browser.text
    return browser.get(str(answer.location)).text


def test_a_member_applies_is_registered_and_writes_a_page(
    application, client, services, office
):
    browser = signed_in(application, client, AIGUL)
    assert "Organisation 1" in browser.get(f"{P}/me").text
    assert "waits for a decision" in applied(browser)
    withdrawal = re.findall(r'nominations/([^/"]+)/withdraw', browser.text)
    assert "You are nominated already" in browser.get(f"{P}/apply").text

    decision = {"primary": "tiny-2020", "nomination": withdrawal[0]}
    asked = decision | {"decision": "register"}
    made = services.call(DecideNomination, asked, office)
    own = {"primary": "tiny-2020", "candidacy": made["candidacy"]}
    eventually(lambda: knows(services, own))
    again = signed_in(application, client, AIGUL)
    again.get(f"{P}/me/candidate-page")
    saved = again.send("save", statement="Roads.", translations__kk__statement="Жол.")

    assert saved.status_code == 303, again.text
    page = again.get(f"{P}/candidates/{made['candidacy']}?lang=kk").text
    assert "Жол." in page


def knows(services: RpcClient, own: dict[str, str]) -> bool:
    try:
        return bool(services.call(ReadCandidate, own))
    except UnknownCandidate:
        return False


def test_a_secretary_puts_a_member_forward_who_thinks_better_of_it(application, client):
    secretary = signed_in(application, client, SECRETARY)
    assert "Berik Sample" in secretary.get(f"{P}/organisation").text
    address = f"{P}/organisation/nominate"
    secretary.get(address)
    given = {
        "member": f"{BERIK.iin[:6]} {BERIK.iin[6:]}",
        "contest": CONTEST,
        "minutes": "No. 4 of 18 August",
        "documents": list(PPO_DOCUMENTS),
    }
    sent = secretary.filled(do="send", step="review") | given
    assert secretary.post(address, sent).status_code == 303, secretary.text
    listed = secretary.get(f"{P}/organisation?ppo=ppo-1").text
    assert "waits for a decision" in listed
    assert BERIK.iin not in listed

    berik = signed_in(application, client, BERIK)
    berik.get(f"{P}/me/nominations")
    [own] = re.findall(r'href="([^"]+/withdraw)"', berik.text)
    berik.get(own)
    berik.send(reason="I am moving away.", sure="yes")

    assert "withdrawn" in berik.get(f"{P}/me/nominations").text


def test_signing_out_everywhere_ends_what_another_device_has_open(
    application, client, services, environment
):
    here, there = (signed_in(application, client, AIGUL) for _ in range(2))
    assert there.get(f"{P}/me").status_code == 200

    here.get(f"{P}/sign-out")
    here.send("everywhere")

    assert here.get(f"{P}/me").status_code == 303
    # this gateway may believe the other session for seconds more; another asks
    clock = Settings("gateway", environment).clock
    there.client.application = Application(services.call, clock, is_demo=True)
    assert there.get(f"{P}/me").status_code == 303


def test_a_number_that_nobody_has_is_answered_like_any_other(application):
    browser = Browser.of(application)
    browser.get(f"{P}/sign-in")

    answer = browser.send(iin=a_person().iin)
    assert "Enter the code" in answer.text
    assert "You can try 4 more times." in browser.send(code="000000").text


def test_a_member_suggests_and_another_supports(
    application, client, services, office, environment
):
    moment = datetime.fromisoformat("2020-09-10T06:00:00+00:00")
    set_clock(Path(environment["PRIMARIES_CLOCK_FILE"]), moment)
    clock = Settings("gateway", environment).clock
    office = a_token(a_principal(Role.OFFICER, primary="tiny-2020"), clock)
    services.call(PublishProgrammes, {"primary": "tiny-2020"}, office)
    there = f"{P}/programmes/{KOKSHETAU}"
    author = signed_in(application, client, AIGUL)
    author.get(f"{there}/suggest?section=roads")
    author.send(do="next", section="roads", kind="change")
    author.send(do="next", text="Mend the bridge.", language="en")
    sent = author.filled(do="send")
    twice = [author.post(f"{there}/suggest", sent) for _ in range(2)]
    assert [each.status_code for each in twice] == [303, 303]

    other = signed_in(application, client, BERIK)
    other.get(f"{there}/suggestions")
    assert other.text.count("Mend the bridge.") == 1
    other.send("support")
    assert "1 member supports it" in other.get(f"{there}/suggestions").text
    assert other.send("withdraw").status_code == 303
    assert "0 members support it" in other.get(f"{there}/suggestions").text
