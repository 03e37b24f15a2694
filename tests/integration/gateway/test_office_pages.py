"""Officers at their browsers: from the nomination to the extension of the vote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO

import httpx
import pytest

from chassis.rpc import RpcClient
from gateway.app import Application
from tests.integration.gateway.people import API, P, in_front_of, signed_in, take_in
from tests.support.gateway import Browser
from tests.support.registration import a_person

AIGUL = a_person(name="Aigul Sample")
FIRST = a_person(name="Saule Sample")
SECOND = a_person(name="Daniyar Sample")


@pytest.fixture(scope="module")
def application(
    services: RpcClient, client: httpx.Client, environment: Mapping[str, str]
) -> Application:
    offices = [f"{who.iin},officer,KZ" for who in (FIRST, SECOND)]
    take_in(client, AIGUL, FIRST, SECOND, offices=offices)
    return in_front_of(services, environment)


def test_an_officer_registers_who_applied_and_sees_it_in_the_numbers(
    application, client
):
    nominee = signed_in(application, client, AIGUL)
    nominee.get(f"{P}/apply")
    for answers in (
        {"route": "self"},
        {"contest": "maslikhat-kz-akm"},
        {"statement": "Roads first."},
        {"documents": "consent", "agreed": "yes"},
    ):
        nominee.send(do="next", **answers)
    assert nominee.send(do="send").status_code == 303, nominee.text

    officer = signed_in(application, client, FIRST)
    officer.get(f"{P}/office/nominations")
    assert "Roads first." in officer.text
    assert AIGUL.iin not in officer.text
    [nomination] = re.findall(r'name="chosen" value="([^"]+)"', officer.text)
    done = officer.send(do="register", chosen=nomination)

    assert done.status_code == 303, officer.text
    assert "Aigul Sample" not in officer.get(f"{P}/office/nominations").text
    listed = officer.get(f"{P}/office/nominations?state=registered").text
    assert "Aigul Sample" in listed
    assert "registered" in nominee.get(f"{P}/me/nominations").text


def test_two_officers_make_the_vote_longer_and_one_alone_cannot(application, client):
    first, second = (signed_in(application, client, who) for who in (FIRST, SECOND))
    first.get(f"{P}/office/calendar/propose")
    first.send(
        do="next",
        phase="voting",
        closes_at="2020-10-03T16:00",
        reason="The site was slow.",
    )
    proposed = str(first.send(do="send").location)
    first.get(proposed)
    alone = first.send("approve", confirmed="tiny-2020")
    assert alone.status_code == 403
    assert "Another officer" in alone.text

    second.get(proposed)
    assert second.send("approve", confirmed="tiny-2020").status_code == 303

    assert "in force" in second.get(f"{P}/office/calendar").text
    changed = client.get(f"{API}/calendar").json()["phases"]["voting"]
    assert changed["closes_at"] == "2020-10-03T10:00:00Z"


def test_a_file_with_a_wrong_row_changes_nothing_and_names_the_row(
    application, client, environment
):
    administrator = Browser.of(application)
    administrator.get(f"{P}/office/registers")
    administrator.get("/sign-in")
    administrator.send(secret=environment["PRIMARIES_BOOTSTRAP_SECRET"])
    administrator.get(f"{P}/office/registers")
    assert "Registers" in administrator.text, administrator.text
    csv = b"ppo,name,territory\nppo-9,Organisation 9,KZ-NOWHERE\n"
    sent = administrator.filled() | {"do": "take", "register": "ppos"}

    administrator.post(
        f"{P}/office/registers", sent | {"file": (BytesIO(csv), "ppos.csv")}
    )

    assert "Nothing was changed" in administrator.text
    assert "territory" in administrator.text
