"""Answers that take their time are whole, and counted."""

from __future__ import annotations

import base64
from typing import Any

from eventlet.event import Event as Signal
from werkzeug.test import Client

from contracts.voting.errors import UnknownBoard
from contracts.voting.operations import ReadArchive
from gateway import streams
from tests.support.gateway import ScriptedServices, a_client

ADDRESS = "/api/v1/primaries/tiny-2020/boards/KZ-1/archive.bel"
CHUNKS = [b"first ", b"second ", b"third"]


def the_archive(asked: dict[str, Any]) -> dict[str, Any]:
    number = asked.get("after", -1) + 1
    following = number if number + 1 < len(CHUNKS) else None
    return {"chunk": base64.b64encode(CHUNKS[number]).decode(), "next": following}


def test_an_archive_is_put_together_from_its_chunks():
    services = ScriptedServices()
    services.answer(ReadArchive, the_archive)

    answer = a_client(services).get(ADDRESS)

    assert answer.data == b"first second third"
    assert "KZ-1.bel" in answer.headers["Content-Disposition"]


def test_an_unknown_board_is_a_problem_and_no_empty_archive():
    services = ScriptedServices()
    services.answer(ReadArchive, UnknownBoard(board="KZ-1"))

    answer = a_client(services).get(ADDRESS)

    assert (answer.status_code, answer.json["code"]) == (404, "unknown_board")


def test_readers_who_stay_are_counted_until_they_leave(monkeypatch):
    monkeypatch.setattr(streams, "_MOST", 2)
    services = ScriptedServices()
    services.answer(ReadArchive, the_archive)
    client = a_client(services, stopping=Signal())

    staying = [_begin(client), _begin(client)]
    refused = client.get(ADDRESS)
    staying.pop().close()

    assert (refused.status_code, refused.json["code"]) == (503, "overloaded")
    assert client.get(ADDRESS).status_code == 200


def _begin(client: Client):
    return client.get(ADDRESS, buffered=False)
