"""Answers that take their time: server-sent events and archives.

They are counted, so that readers who stay cannot use up the gateway.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import eventlet
from eventlet.event import Event as Signal
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import ClosingIterator

from chassis.errors import DomainError
from contracts.voting.operations import ReadArchive, ShowTurnout
from gateway.errors import Overloaded
from gateway.feed import Feed
from gateway.reads import Answer, Reads
from gateway.sessions import Call

_MOST = 200
_PAUSE = 1.0  # seconds between two looks at the log
_SILENCE = 10  # pauses after which a comment shows that we are still here
_TURNOUT = 10.0  # seconds for which the same turnout is shown
_LONGEST = 600  # pauses until a reader of the turnout must come again
_RECORDS = 50  # of a board in one chunk of its archive

Release = Callable[[], None]


class Streams:
    """The long answers under way, and the word that the server stops."""

    def __init__(self, stopping: Signal, most: int = _MOST) -> None:
        self._stopping = stopping
        self._places = eventlet.Semaphore(most)

    def answer(self, request: Request, parts: Iterator[bytes], kind: str) -> Response:
        """A response that sends each part at once; a place is taken until its end."""
        if not self._places.acquire(blocking=False):
            raise Overloaded
        # the server would otherwise wait for 4 KiB before it sends anything
        request.environ["eventlet.minimum_write_chunk_size"] = 1
        body = ClosingIterator(parts, [_once(self._places.release)])
        response = Response(body, content_type=kind)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        return response

    @property
    def is_stopping(self) -> bool:
        """Whether everybody should come to an end."""
        return self._stopping.ready()

    def pause(self) -> None:
        """Wait a moment, or until the server stops."""
        with eventlet.Timeout(_PAUSE, False):  # noqa: FBT003
            self._stopping.wait()


def stream_events(
    streams: Streams, feed: Feed, request: Request, asked: dict[str, Any]
) -> Response:
    """The log as it grows."""
    if last := request.headers.get("Last-Event-ID"):
        asked = asked | {"after": last}
    first = feed.events(**asked)  # before any header is sent
    parts = _events(streams, feed, asked, first)
    return streams.answer(request, parts, "text/event-stream")


def stream_turnout(
    streams: Streams, reads: Reads, request: Request, asked: dict[str, Any]
) -> Response:
    """Turnout, whenever it has changed."""
    first = reads.read(ShowTurnout, asked, _TURNOUT)  # before any header is sent
    parts = _turnouts(streams, reads, asked, first)
    return streams.answer(request, parts, "text/event-stream")


def download_archive(
    streams: Streams, call: Call, request: Request, asked: dict[str, Any]
) -> Response:
    """A board's archive, chunk by chunk."""
    first = _chunk(call, asked, None)
    response = streams.answer(
        request, _chunks(call, asked, first), "application/octet-stream"
    )
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{asked['board']}.bel"
    )
    return response


def _events(
    streams: Streams, feed: Feed, asked: dict[str, Any], found: list[tuple[str, str]]
) -> Iterator[bytes]:
    yield b"retry: 3000\n\n"
    silence = 0
    while not streams.is_stopping:
        for cursor, event in found:
            yield f"id: {cursor}\ndata: {event}\n\n".encode()
            asked = asked | {"after": cursor}
        silence = 0 if found else silence + 1
        if silence == _SILENCE:
            silence = 0
            yield b": still here\n\n"
        if not found:
            streams.pause()
        found = _look(feed, asked)
    yield b": the server stops\n\n"


def _turnouts(
    streams: Streams, reads: Reads, asked: dict[str, Any], shown: Answer
) -> Iterator[bytes]:
    yield b"retry: 5000\n\nevent: turnout\ndata: " + shown.text + b"\n\n"
    for pause in range(1, _LONGEST):
        streams.pause()
        if streams.is_stopping:
            break
        known, shown = shown, _turnout(reads, asked, shown)
        if shown.tag != known.tag:
            yield b"event: turnout\ndata: " + shown.text + b"\n\n"
        elif pause % _SILENCE == 0:
            yield b": still here\n\n"


def _turnout(reads: Reads, asked: dict[str, Any], known: Answer) -> Answer:
    """What it is now; what is known where voting does not answer."""
    try:
        return reads.read(ShowTurnout, asked, _TURNOUT)
    except DomainError:
        return known


def _look(feed: Feed, asked: dict[str, Any]) -> list[tuple[str, str]]:
    """What is new; a service that does not answer has nothing new."""
    try:
        return feed.events(**asked)
    except DomainError:
        return []


def _chunk(call: Call, asked: dict[str, Any], after: int | None) -> dict[str, Any]:
    page = {"limit": _RECORDS} if after is None else {"limit": _RECORDS, "after": after}
    return call(ReadArchive, asked | page)


def _chunks(
    call: Call, asked: dict[str, Any], chunk: dict[str, Any]
) -> Iterator[bytes]:
    while True:
        yield base64.b64decode(chunk["chunk"])
        if chunk["next"] is None:
            return
        chunk = _chunk(call, asked, chunk["next"])


def _once(release: Release) -> Release:
    """A release that frees its place once, however often it is called."""
    places = iter((release,))

    def release_once() -> None:
        next(places, _nothing)()

    return release_once


def _nothing() -> None:
    """Nothing is left to free."""
