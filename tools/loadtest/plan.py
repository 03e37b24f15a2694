"""What a crowd asks: kinds of requests, how often each, and which are good only once.

    {"kinds": [{"name": "turnout", "weight": 10, "once": false,
                "requests": [{"key": "", "method": "GET", "path": "/p/turnout",
                              "headers": {}, "body": null}]}]}

What is good only once (a ballot) is given out until it has been answered; what was
turned away comes again later, as people do. `key` names it in the outcome.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random  # noqa: TID251 (arrivals that can be repeated; no secret)
from typing import Any

TURNED_AWAY = frozenset({429, 503})


class PlanRefused(Exception):
    """The plan cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, as it goes over the wire."""

    method: str
    path: str
    key: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def encoded(self, host: str) -> bytes:
        """Its bytes, as HTTP/1.1."""
        body = b"" if self.body is None else json.dumps(self.body).encode()
        headers = {"Host": host, "Accept": "*/*"} | self.headers
        if self.method != "GET":
            headers |= {"Content-Length": str(len(body))}
            headers |= {"Content-Type": "application/json"}
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Kind:
    """Requests of one kind, and what has become of them."""

    name: str
    weight: float
    once: bool
    waiting: deque[Request]
    #: answered; asked again only when nothing else is left
    answered: deque[Request] = field(default_factory=deque)

    def take(self) -> Request | None:
        """The next one; None while every one of them is under way."""
        if not self.once:
            self.waiting.rotate(-1)
            return self.waiting[-1]
        for supply in (self.waiting, self.answered):
            if supply:
                return supply.popleft()
        return None

    def give_back(self, request: Request, status: int) -> None:
        """It has ended with this status; 0 where no answer came."""
        if self.once:
            comes_again = status in TURNED_AWAY or not status
            (self.waiting if comes_again else self.answered).append(request)


class Plan:
    """All kinds, drawn by their weights."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.kinds = list(kinds)
        self._weights = [kind.weight for kind in self.kinds]

    def draw(self, chance: Random) -> Kind:
        """What somebody wants to do next."""
        return chance.choices(self.kinds, self._weights)[0]


def read_plan(path: Path) -> Plan:
    """The plan in a file; raise `PlanRefused`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        kinds = [_kind(each) for each in document["kinds"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlanRefused(f"{path}: {type(error).__name__}: {error}") from error
    if not kinds or not all(kind.waiting and kind.weight > 0 for kind in kinds):
        raise PlanRefused(f"{path}: every kind needs a weight and requests")
    return Plan(kinds)


def _kind(document: dict[str, Any]) -> Kind:
    requests = [Request(**each) for each in document["requests"]]
    return Kind(document["name"], document["weight"], document["once"], deque(requests))
