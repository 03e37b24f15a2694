"""The one place that meets marshmallow's loose types."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, cast

import marshmallow

from chassis.errors import InvalidPayload

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class Schema(marshmallow.Schema):
    """The form of a payload. What it does not name is refused."""

    class Meta:
        unknown = marshmallow.RAISE


def load(schema: type[marshmallow.Schema], payload: object) -> dict[str, Any]:
    """Read `payload`; raise `InvalidPayload` naming every field that is wrong."""
    if unstorable := list(_unstorable(payload)):
        raise InvalidPayload(problems=unstorable)
    try:
        return cast("dict[str, Any]", _made(schema).load(cast("Any", payload)))
    except marshmallow.ValidationError as error:
        raise InvalidPayload(problems=list(_problems(error.messages))) from None


def dump(schema: type[marshmallow.Schema], thing: object) -> dict[str, Any]:
    """The JSON-able form of `thing`."""
    return _made(schema).dump(thing)  # pyright: ignore[reportReturnType]


@functools.cache
def _made(schema: type[marshmallow.Schema]) -> marshmallow.Schema:
    """Making one copies its fields, which takes longer than what it is used for."""
    return schema()


def _unstorable(payload: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Texts that JSON can carry and a database cannot: NUL and half a character."""
    if isinstance(payload, dict):
        for key, below in payload.items():
            yield from _unstorable(below, f"{path}/{key}")
    elif isinstance(payload, list):
        for index, below in enumerate(payload):
            yield from _unstorable(below, f"{path}/{index}")
    elif isinstance(payload, str) and _FORBIDDEN.search(payload):
        yield {"pointer": path or "/", "detail": "This character cannot be stored."}


def _problems(messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Flatten marshmallow's nested messages into JSON pointers."""
    if isinstance(messages, dict):
        for key, below in messages.items():
            step = "" if key == "_schema" else f"/{key}"
            yield from _problems(below, path + step)
    elif isinstance(messages, list):
        for below in messages:
            yield from _problems(below, path)
    else:
        yield {"pointer": path or "/", "detail": str(messages)}
