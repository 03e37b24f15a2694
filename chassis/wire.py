"""The one place that meets marshmallow's loose types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import marshmallow

from chassis.errors import InvalidPayload


class Schema(marshmallow.Schema):
    """The form of a payload. What it does not name is refused."""

    class Meta:
        unknown = marshmallow.RAISE


def load(schema: type[marshmallow.Schema], payload: object) -> dict[str, Any]:
    """Read `payload`; raise `InvalidPayload` naming every field that is wrong."""
    try:
        return cast("dict[str, Any]", schema().load(cast("Any", payload)))
    except marshmallow.ValidationError as error:
        raise InvalidPayload(problems=list(_problems(error.messages))) from None


def dump(schema: type[marshmallow.Schema], thing: object) -> dict[str, Any]:
    """The JSON-able form of `thing`."""
    return schema().dump(thing)  # pyright: ignore[reportReturnType]


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
