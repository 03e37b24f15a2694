"""Answers that take their time are whole, and counted."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from eventlet.event import Event as Signal
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from chassis.testing import FrozenClock
from contracts.copies import UnknownPrimary
from contracts.voting.errors import UnknownBoard
from contracts.voting.operations import ReadArchive, ShowTurnout
from gateway.errors import Overloaded
from gateway.streams import Streams
from tests.support.gateway import ScriptedServices, a_client

ADDRESS = "/api/v1/primaries/tiny-2020/boards/KZ-1/archive.bel"
TURNOUT = "/api/v1/primaries/tiny-2020/turnout/stream"
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


def test_readers_who_stay_are_counted_until_they_leave():
    few = Streams(Signal(), most=2)
    first, second = _stay(few), _stay(few)

    with pytest.raises(Overloaded):
        _stay(few)
    first.close()
    first.close()
    third = _stay(few)

    with pytest.raises(Overloaded):
        _stay(few)
    assert second.status_code == third.status_code == 200


def _stay(streams: Streams) -> Response:
    request = Request(EnvironBuilder("/").get_environ())
    return streams.answer(request, iter([b"word"]), "text/plain")


def test_whoever_listens_to_the_turnout_hears_of_each_change():
    services, clock = ScriptedServices(), FrozenClock()
    services.answer(ShowTurnout, {"total": {"online": 10}})

    heard = a_client(services, clock=clock).get(TURNOUT).iter_encoded()

    assert b'event: turnout\ndata: {"total":{"online":10}}' in next(heard)
    services.answer(ShowTurnout, {"total": {"online": 11}})
    clock.tick(seconds=11)
    assert b'{"total":{"online":11}}' in next(heard)


def test_whoever_asks_for_the_turnout_of_nothing_is_told_so():
    services = ScriptedServices()
    services.answer(ShowTurnout, UnknownPrimary(primary="tiny-2020"))

    assert a_client(services).get(TURNOUT).json["code"] == "unknown_primary"
