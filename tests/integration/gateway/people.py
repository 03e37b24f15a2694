"""People of the tiny primary: taken into its registers, and at their browsers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import httpx

from chassis.config import Settings
from chassis.rpc import RpcClient
from gateway.app import Application
from tests.support.gateway import Browser
from tests.support.registration import PPOS_CSV, Person, members_csv

API = "/api/v1/primaries/tiny-2020"
P = "/tiny-2020"


def take_in(client: httpx.Client, *people: Person, offices: Iterable[str]) -> None:
    """Give the primary these members, and rows of `iin,role,scope`."""
    files = {
        "ppos": PPOS_CSV,
        "members": members_csv(*people),
        "officers": "\n".join(["iin,role,scope", *offices, ""]),
    }
    for name, csv in files.items():
        answer = client.post(f"{API}/imports/{name}", json={"csv": csv})
        assert answer.json()["applied"], answer.text


def in_front_of(services: RpcClient, environment: Mapping[str, str]) -> Application:
    """A gateway of the test's own, by the clock of the platform."""
    clock = Settings("gateway", environment).clock
    return Application(services.call, clock, is_demo=True)


def signed_in(application: Application, client: httpx.Client, who: Person) -> Browser:
    """Somebody's browser, after the code that came to their telephone."""
    browser = Browser.of(application)
    browser.get(f"{P}/sign-in")
    browser.send(iin=who.iin)
    inbox = {"primary": "tiny-2020", "telephone": who.telephone}
    messages = client.post("/api/v1/demo/telephone-inbox", json=inbox).json()["items"]
    [code] = re.findall(r"\b\d{6}\b", messages[0]["text"])
    assert browser.send(code=code).location == f"{P}/me"
    return browser
