"""Fields stricter than marshmallow's own: what JSON says is what is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import fields, validate

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")

Slug = validate.Regexp(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
    error="Write lower-case letters, digits and single hyphens.",
)

#: what somebody decides for others is given a reason, which they will read
SHORTEST_REASON, LONGEST_REASON = 5, 2000
A_REASON = validate.Length(min=SHORTEST_REASON, max=LONGEST_REASON)


class Whole(fields.Integer):
    """A JSON integer; "7", 7.0 and true are not."""

    def _deserialize(self, value: object, *context: Any, **options: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        return super()._deserialize(value, *context, **options)


class YesNo(fields.Boolean):
    """A JSON boolean; "yes" and 1 are not."""

    def _deserialize(self, value: object, *context: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Instant(fields.Field[datetime]):
    """A moment in UTC as RFC 3339 writes it: `2020-09-30T18:00:00Z`."""

    default_error_messages = {
        "invalid": "Write an instant in UTC like 2020-09-30T18:00:00Z."
    }

    def _serialize(
        self, value: datetime | None, *context: object, **options: object
    ) -> str | None:
        return None if value is None else write_instant(value)

    def _deserialize(
        self, value: object, *context: object, **options: object
    ) -> datetime:
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            raise self.make_error("invalid")
        try:
            return datetime.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error


class Localised(fields.Field[Mapping[str, str]]):
    """A text in several languages: `{"en": "Programme", "kk": "Бағдарлама"}`."""

    default_error_messages = {"invalid": "Write a text for each language code."}

    def _deserialize(
        self, value: object, *context: object, **options: object
    ) -> Mapping[str, str]:
        if not isinstance(value, Mapping) or not value:
            raise self.make_error("invalid")
        if not all(_is_text(*item) for item in value.items()):
            raise self.make_error("invalid")
        return dict(value)


def page_size(usual: int = 50, most: int = 200) -> fields.Integer:
    """How many items of a list are wanted at once."""
    return fields.Integer(load_default=usual, validate=validate.Range(min=1, max=most))


def write_instant(at: datetime) -> str:
    """Write an aware moment the way documents and events carry it."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone cannot be written")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _is_text(language: object, text: object) -> bool:
    known = isinstance(language, str) and _LANGUAGE.fullmatch(language) is not None
    return known and isinstance(text, str) and bool(text.strip())
