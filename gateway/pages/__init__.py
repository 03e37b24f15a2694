"""The public pages: rendered here, plain, and readable without scripts."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from chassis.clock import Clock
from chassis.errors import DomainError
from gateway.errors import status_of
from gateway.reads import Reads


class Pages:
    """Renders the pages."""

    def __init__(self, *, reads: Reads, clock: Clock, is_demo: bool) -> None:
        self._reads = reads
        self._clock = clock
        self._is_demo = is_demo

    def rules(self) -> Iterable[Rule]:
        """The addresses of the pages."""
        return ()

    def refuse(self, request: Request, error: DomainError, trace_id: str) -> Response:
        """A page that says what went wrong."""
        return Response(error.detail, status_of(error))
