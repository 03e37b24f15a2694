"""What anybody may read: asked once for a crowd, and tagged.

The API and the pages read through the same memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chassis.clock import Clock
from chassis.operations import Operation
from gateway.bounded import Shared
from gateway.sessions import Call

_MOST_BYTES = 64 * 1024 * 1024
_OBJECTS = 4  # what a parsed answer takes beside its text, roughly


@dataclass(frozen=True)
class Answer:
    """An answer, its JSON and the hash of that."""

    body: dict[str, Any]
    text: bytes
    sha256: str

    @property
    def tag(self) -> str:
        """Tells one answer from another."""
        return self.sha256[:32]


class Reads:
    """Public reads, remembered for as long as their routes say."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._shared: Shared[Answer] = Shared(
            clock, _MOST_BYTES, lambda answer: len(answer.text) * _OBJECTS
        )

    def read(
        self, operation: type[Operation], payload: dict[str, Any], seconds: float
    ) -> Answer:
        """The answer to a public operation, at most `seconds` old."""
        question = json.dumps(payload, sort_keys=True)
        key = (operation.service, operation.name, question)
        return self._shared.ask(
            key, lambda: self.read_anew(operation, payload), seconds
        )

    def make(
        self, key: tuple[str, ...], maker: Callable[[], bytes], seconds: float
    ) -> Answer:
        """What is made of several answers, kept like one of them."""
        return self._shared.ask(("made", *key), lambda: _answer({}, maker()), seconds)

    def read_anew(self, operation: type[Operation], payload: dict[str, Any]) -> Answer:
        """The answer of this moment."""
        body = self._call(operation, payload)
        return _answer(body, to_json(body))


def _answer(body: dict[str, Any], text: bytes) -> Answer:
    return Answer(body, text, hashlib.sha256(text).hexdigest())


def to_json(body: Any) -> bytes:
    """How an answer is written."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
