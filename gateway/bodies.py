"""Reading a request: strict, and never more than was announced and allowed."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import eventlet
from marshmallow import fields
from werkzeug.wrappers import Request

from chassis.errors import InvalidPayload
from chassis.operations import Operation
from chassis.wire import Schema
from contracts.fields import write_instant
from gateway.errors import (
    BodyIncomplete,
    BodyTooLarge,
    FieldNotYours,
    LengthMissing,
    MalformedJson,
    NameTwice,
    NotJson,
)

_DEEPEST = 32
_PATIENCE = 30.0  # seconds for a whole body to arrive
_TRUTH = {"true": True, "false": False}

#: What the gateway adds to requests that have such a field; no client may.
STAMPED = frozenset({"arrived_at"})


def read_payload(
    request: Request, path: Mapping[str, Any], form: type[Schema], most: int
) -> dict[str, Any]:
    """Path, query and body together; a name may come only once."""
    types = types_of(form)
    query = _query(request, types)
    named = {name: _typed(value, types.get(name)) for name, value in path.items()}
    payload = _merged([*named.items(), *query, *read_json(request, most).items()])
    require_usable(payload)
    return payload


def stamp(
    operation: type[Operation], payload: dict[str, Any], arrived_at: datetime
) -> dict[str, Any]:
    """The payload with what the gateway itself adds to it."""
    ours = STAMPED & types_of(operation.Request).keys()
    return payload | dict.fromkeys(ours, write_instant(arrived_at))


@functools.cache
def types_of(form: type[Schema]) -> Mapping[str, fields.Field[Any]]:
    """The fields of a form by their names on the wire."""
    return {field.data_key or name: field for name, field in form().fields.items()}


def read_json(request: Request, most: int) -> dict[str, Any]:
    """The JSON object in the body; empty where there is no body."""
    raw = read_body(request, most)
    if not raw:
        return {}
    if request.mimetype != "application/json":
        raise NotJson
    return _parse(raw)


def read_body(request: Request, most: int) -> bytes:
    """Exactly the announced bytes; what is too long is not even begun."""
    environ = request.environ
    if environ.get("HTTP_TRANSFER_ENCODING"):
        raise LengthMissing
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > most:
        raise BodyTooLarge(most=most)
    with eventlet.Timeout(_PATIENCE, BodyIncomplete()):
        try:
            raw = environ["wsgi.input"].read(length) if length else b""
        except OSError:
            raise BodyIncomplete from None
    if len(raw) < length:
        raise BodyIncomplete
    return raw


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        document = json.loads(
            raw, object_pairs_hook=_merged, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise MalformedJson(reason="too deep") from None
    except ValueError:  # broken JSON, broken UTF-8, a number of 5,000 digits
        raise MalformedJson(reason="it cannot be read") from None
    if not isinstance(document, dict):
        raise MalformedJson(reason="it is not an object")
    return document


def _refuse_constant(name: str) -> None:
    raise MalformedJson(reason=f"{name} is no number")


def _merged(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name, value in pairs:
        if name in merged:
            raise NameTwice(name=name[:64])
        merged[name] = value
    return merged


def _query(
    request: Request, types: Mapping[str, fields.Field[Any]]
) -> list[tuple[str, Any]]:
    """The query's names and values, as the form's fields read them."""
    pairs: list[tuple[str, Any]] = []
    for name, values in request.args.lists():
        if isinstance(types.get(name), fields.List):
            pairs.append((name, values))
        else:
            pairs += [(name, _typed(value, types.get(name))) for value in values]
    return pairs


def _typed(value: Any, field: fields.Field[Any] | None) -> Any:
    """A text as JSON would have carried it; what does not fit stays a text."""
    if isinstance(field, fields.Integer) and isinstance(value, str):
        digits = value.removeprefix("-")
        fits = digits.isascii() and digits.isdecimal() and len(digits) < 20  # noqa: PLR2004
        return int(value) if fits else value
    if isinstance(field, fields.Boolean):
        return _TRUTH.get(value, value)
    return value


def require_usable(payload: dict[str, Any]) -> None:
    """No text that a database cannot keep, nothing nested without end."""
    for name in STAMPED & payload.keys():
        raise FieldNotYours(name=name)
    for name, value in payload.items():
        if not _is_usable(name, 0) or not _is_usable(value, 0):
            detail = "This holds characters that are no text, or is nested too deep."
            pointer = f"/{name.encode(errors='replace').decode()[:64]}"
            raise InvalidPayload(problems=[{"pointer": pointer, "detail": detail}])


def _is_usable(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return "\0" not in value and _is_encodable(value)
    if isinstance(value, dict):
        parts: Iterable[Any] = (*value.keys(), *value.values())
    elif isinstance(value, list):
        parts = value
    else:
        return True
    return depth < _DEEPEST and all(_is_usable(each, depth + 1) for each in parts)


def _is_encodable(text: str) -> bool:
    """Whether no half of a surrogate pair stands alone in it."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False
