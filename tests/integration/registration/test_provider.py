"""Without a demonstration, codes leave by the provider and nobody reads them here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import eventlet
import pytest
from eventlet import wsgi

from chassis.migrations import upgrade
from chassis.rpc import RpcClient
from chassis.testing import eventually, running, test_environment
from contracts.registration import operations as ask
from contracts.registration.errors import NotADemonstration
from services.registration.service import RegistrationService
from tests.support.definitions import a_definition_document
from tests.support.registration import PPOS_CSV, PRIMARY, a_person, members_csv


@pytest.fixture
def delivered() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A provider's address, and what it was given to deliver."""
    taken: list[dict[str, Any]] = []

    def provider(environ: Any, start_response: Any) -> list[bytes]:
        assert environ["HTTP_AUTHORIZATION"] == "Bearer the provider's key"
        taken.append(json.loads(environ["wsgi.input"].read()))
        start_response("202 Accepted", [])
        return [b""]

    listener = eventlet.listen(("127.0.0.1", 0))
    server = eventlet.spawn(wsgi.server, listener, provider, log_output=False)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/", taken
    server.kill()


@pytest.fixture
def client(tmp_path: Path, delivered: Any) -> Iterator[RpcClient]:
    upgrade("registration", f"sqlite:///{tmp_path}/registration.db")
    environment = test_environment(
        tmp_path,
        PRIMARIES_DEMO="0",
        PRIMARIES_SMS_URL=delivered[0],
        PRIMARIES_SMS_KEY="the provider's key",
    )
    with running(RegistrationService, environment=environment) as client:
        yield client


def test_a_code_goes_to_the_member_s_telephone_and_stays_nowhere(
    client: RpcClient, delivered: Any
):
    person = a_person()
    secret = {"secret": "let the first administrator in"}
    session = client.call(ask.OpenAdministratorSession, secret)["session"]
    token = client.call(ask.ReadSession, {"session": session})["token"]
    for operation, facts in (
        (ask.DefinePrimary, {"document": open_to_all()}),
        (ask.ImportPpos, {"primary": PRIMARY, "csv": PPOS_CSV}),
        (ask.ImportMembers, {"primary": PRIMARY, "csv": members_csv(person)}),
    ):
        client.call(operation, facts, token)

    client.call(ask.RequestSignInCode, {"primary": PRIMARY, "iin": person.iin})

    [message] = eventually(lambda: delivered[1])
    assert message["to"] == person.telephone
    assert "sign-in code" in message["text"]
    for operation, facts in (
        (ask.ReadTelephoneInbox, {"telephone": person.telephone}),
        (ask.FindTelephone, {"iin": person.iin}),
    ):
        with pytest.raises(NotADemonstration):
            client.call(operation, {"primary": PRIMARY} | facts)


def open_to_all() -> dict[str, Any]:
    """The tiny primary, which never closes its register: the clock is today's."""
    document = a_definition_document()
    del document["calendar"]["phases"]["enrolment_suspended"]
    return document
