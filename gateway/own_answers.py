"""How the gateway answers its own operations."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from chassis.operations import Operation
from chassis.shared_operations import CountBacklog
from gateway import asyncapi, openapi
from gateway import operations as own
from gateway.errors import NoSuchResource
from gateway.feed import Feed, ask_all
from gateway.reads import Reads
from gateway.sessions import Call
from gateway.streams import (
    Streams,
    download_archive,
    stream_events,
    stream_turnout,
)
from gateway.telephones import received

#: Answers with a body to be written as JSON, or with a whole response.
OwnAnswer = Callable[[Request, dict[str, Any]], dict[str, Any] | Response]


@dataclass(frozen=True, kw_only=True)
class OwnAnswers:
    """Everything that takes more than one call of one service."""

    call: Call
    feed: Feed
    reads: Reads
    streams: Streams
    is_demo: bool

    @functools.cached_property
    def by_operation(self) -> Mapping[type[Operation], OwnAnswer]:
        """Which answer belongs to which operation."""
        return {
            own.ShowApi: self._api,
            own.ShowEvents: self._events_document,
            own.DownloadEvents: self._events_text,
            own.ListEvents: self._events,
            own.StreamEvents: self._stream,
            own.StreamTurnout: self._turnout,
            own.DownloadArchive: self._archive,
            own.ShowBacklog: self._backlog,
            own.OpenInbox: self._inbox,
        }

    def _api(self, _request: Request, _asked: dict[str, Any]) -> dict[str, Any]:
        return openapi.document()

    def _events_document(
        self, _request: Request, _asked: dict[str, Any]
    ) -> dict[str, Any]:
        return asyncapi.document()

    def _events_text(self, _request: Request, _asked: dict[str, Any]) -> Response:
        return Response(asyncapi.text(), content_type="application/yaml")

    def _events(self, _request: Request, asked: dict[str, Any]) -> dict[str, Any]:
        return self.feed.page(**asked)

    def _stream(self, request: Request, asked: dict[str, Any]) -> Response:
        return stream_events(self.streams, self.feed, request, asked)

    def _turnout(self, request: Request, asked: dict[str, Any]) -> Response:
        return stream_turnout(self.streams, self.reads, request, asked)

    def _archive(self, request: Request, asked: dict[str, Any]) -> Response:
        return download_archive(self.streams, self.call, request, asked)

    def _backlog(self, _request: Request, _asked: dict[str, Any]) -> dict[str, int]:
        self._require_demo()
        counts = ask_all(self.call, CountBacklog)
        return {name: sum(count[name] for count in counts) for name in counts[0]}

    def _inbox(self, _request: Request, asked: dict[str, Any]) -> dict[str, Any]:
        """Both services send messages; a telephone shows them as one list."""
        self._require_demo()
        return {"items": received(self.call, asked)}

    def _require_demo(self) -> None:
        if not self.is_demo:
            raise NoSuchResource
