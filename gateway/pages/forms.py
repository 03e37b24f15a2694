"""What a person sends with a form, what is said about it, and what follows.

A page's form goes to the page's own address. Its fields are named like the fields of
the operation that it asks, a dot for each step into a list or an object, so that the
problems that a service finds (RFC 9457, `errors[]`) land beside the right fields.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request

from chassis.errors import DomainError, Invalid
from gateway.bodies import read_body, require_usable
from gateway.errors import BodyTooLarge, FormUnreadable, NotAForm
from gateway.pages.wrong import in_words

#: fields that every form of ours has; a page's own fields have other names
TOKEN, KEY, DEED = "csrf", "key", "do"
_OURS = frozenset({TOKEN, KEY, DEED})
_MOST_FIELDS = 500
_KINDS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


@dataclass(frozen=True)
class Problem:
    """Something to mend: in a field, or (without one) in the whole."""

    detail: str
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Form:
    """What was sent; empty where a page is only looked at."""

    values: MultiDict[str, str] = field(default_factory=MultiDict[str, str])
    files: MultiDict[str, FileStorage] = field(
        default_factory=MultiDict[str, FileStorage]
    )
    #: what was wrong with it
    problems: tuple[Problem, ...] = ()
    sent: bool = False

    def text(self, name: str) -> str:
        """One field as the person meant it; empty where there is none."""
        return self.values.get(name, "").strip()

    def several(self, name: str) -> list[str]:
        """A field that may be given several times."""
        return [value for value in self.values.getlist(name) if value]

    def file(self, name: str) -> bytes:
        """The content of a file; empty where none was chosen."""
        found = self.files.get(name)
        return found.read() if found else b""

    def value(self, name: str, otherwise: str = "") -> str:
        """What a field shows: what was sent last, else what it starts with."""
        return self.values.get(name, otherwise if not self.sent else "")

    def problem(self, name: str) -> str:
        """What is wrong with a field; empty where nothing is."""
        found = (each.detail for each in self.problems if each.field == name)
        return next(found, "")

    @property
    def summary(self) -> list[dict[str, str]]:
        """All that is wrong, each with the way to its field."""
        return [
            {"text": each.detail, "href": f"#{each.field}" if each.field else ""}
            for each in self.problems
        ]

    @property
    def deed(self) -> str:
        """Which of the page's deeds is asked for."""
        return self.values.get(DEED, "")

    @property
    def key(self) -> str:
        """What tells a second press of the same button: the same for both."""
        return self.values.get(KEY) or new_key()

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The page's own fields, to be sent once more."""
        return [(n, v) for n, v in self.values.items(multi=True) if n not in _OURS]

    @property
    def digest(self) -> str:
        """Tells one content from another."""
        content = [*self.values.items(multi=True)]
        files = [(name, _digest(each)) for name, each in self.files.items(multi=True)]
        return hashlib.sha256(repr((content, files)).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Goes:
    """It is done: the browser goes on to another page, which may say so once."""

    to: str
    notice: str = ""
    #: a session that has just been opened
    session: str = ""
    ends_session: bool = False


@dataclass(frozen=True)
class Stays:
    """The same page again, with these facts: the next step of a long form."""

    facts: Mapping[str, Any]


Outcome = Goes | Stays


class Refused(Invalid):
    """Look through what is marked, and send it again."""

    def __init__(self, packed: str = "{}", /, **problems: str) -> None:
        """What is wrong, by field."""
        super().__init__(packed, **problems)
        self.problems = tuple(
            Problem(detail, name.replace("__", "."))
            for name, detail in problems.items()
        )


def new_key() -> str:
    """What no other form has."""
    return secrets.token_urlsafe(16)


def read_form(request: Request, most: int) -> Form:
    """The form in a request, of at most so many bytes."""
    if request.mimetype not in _KINDS:
        raise NotAForm
    raw = read_body(request, most)
    parser = FormDataParser(
        stream_factory=_in_memory,
        max_form_memory_size=None,
        max_form_parts=_MOST_FIELDS,
        silent=False,
    )
    kind, options = request.mimetype, request.mimetype_params
    try:
        _, values, files = parser.parse(BytesIO(raw), kind, len(raw), options)
    except RequestEntityTooLarge:
        raise BodyTooLarge(most=most) from None
    except ValueError:
        raise FormUnreadable from None
    return Form(values=_lines(values), files=MultiDict(files), sent=True)


def problems_of(
    error: DomainError, blamed: Mapping[type[DomainError], str], told: str
) -> tuple[Problem, ...]:
    """What an error means for a form, field by field where it says so.

    `told` is its message; `blamed` names the field of those that name none.
    """
    if isinstance(error, Refused):
        return error.problems
    if isinstance(error, Invalid) and isinstance(
        found := error.params.get("problems"), list
    ):
        return tuple(
            Problem(in_words(each["detail"]), _field(each["pointer"])) for each in found
        )
    kinds = (name for kind, name in blamed.items() if isinstance(error, kind))
    return (Problem(told, next(kinds, "")),)


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> BytesIO:
    """Where a file goes: no larger than the whole form, which is in memory already."""
    return BytesIO()


def _digest(file: FileStorage) -> str:
    found = hashlib.sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    return found


def _field(pointer: str) -> str:
    # marshmallow puts "value" between the key of a mapping and what is wrong there
    return pointer.strip("/").replace("/value/", "/").replace("/", ".")


def _lines(values: MultiDict[str, str]) -> MultiDict[str, str]:
    """Texts that can be kept, with line ends of one letter, as their length counts."""
    plain = [(n, v.replace("\r\n", "\n")) for n, v in values.items(multi=True)]
    for name, value in plain:
        require_usable({name: value})
    return MultiDict(plain)
