"""The messages of errors for the catalogues: they stand in docstrings, not in `_()`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chassis.errors import DomainError
from gateway.errors import title_of
from gateway.routes import ROUTES


def extract(*_given: Any, **_options: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """What Babel asks an extractor for: line, function, text, comments."""
    assert ROUTES  # whose import has brought every error of every service along
    for kind in _kinds(DomainError):
        for text in (kind.message(), title_of(kind)):
            yield 1, "gettext", text, []


def _kinds(of: type[DomainError]) -> Iterator[type[DomainError]]:
    """Those beneath, not by their codes: two kinds may share one."""
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)
