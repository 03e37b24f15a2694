"""Canonical JSON, hashes and base 58 (specification, sections 4.1 to 4.3).

There is one way to write every message: compact, keys in the order given by
the specification, no duplicate, no floating point. A text in any other form is
refused, so that a hash names one content and a field cannot carry a hidden one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import NoReturn, TypeAlias, cast

from belenios.errors import Malformed

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Integers above this are written as strings: the reference's are 31 bits wide.
LARGEST_JSON_INTEGER = 2**30 - 1
DECIMAL = re.compile(r"0|[1-9][0-9]*", re.ASCII)
# Many more than any message has, so that a hostile one does not fill the memory.
MOST_COMMAS = 1_000_000
MOST_BRACKETS = 100_000
# Above any scalar or count, and below the limit that Python sets for int().
LONGEST_DECIMAL = 1000


def dumps(value: object) -> str:
    """Write `value` as compact JSON; keys keep their order (section 4.1)."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("\x7f", "\\u007f")


def loads(text: str) -> Json:
    """Read canonical JSON; raise Malformed for any other text."""
    if text.count(",") > MOST_COMMAS or _brackets(text) > MOST_BRACKETS:
        raise Malformed("more values than any message has")
    try:
        value = cast(
            "Json",
            json.loads(
                text,
                object_pairs_hook=_unique_keys,
                parse_float=_refuse_number,
                parse_constant=_refuse_number,
            ),
        )
        written = dumps(value)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if written != text:
        raise Malformed("not compact, or escaped otherwise than it must be")
    return value


def _brackets(text: str) -> int:
    return text.count("[") + text.count("{")


def _unique_keys(pairs: list[tuple[str, Json]]) -> Json:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise Malformed("a key appears twice")
    return record


def _refuse_number(text: str) -> NoReturn:
    raise Malformed(f"{text[:20]} is not an integer")


def read_text(body: bytes) -> str:
    """Decode UTF-8, or raise Malformed."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error


def record(value: Json, *names: str, optional: tuple[str, ...] = ()) -> dict[str, Json]:
    """Check that `value` is an object with exactly these keys, in this order.

    Names in `optional` may be absent; they keep their place among `names`.
    """
    if not isinstance(value, dict):
        raise Malformed(f"an object with {names} expected")
    expected = [name for name in names if name in value or name not in optional]
    if list(value) != expected:
        raise Malformed(f"keys {', '.join(value)} where {', '.join(expected)} must be")
    return value


def array(value: Json, length: int | None = None) -> list[Json]:
    """Check that `value` is an array, of `length` where it is given."""
    if not isinstance(value, list):
        raise Malformed("an array expected")
    if length is not None and len(value) != length:
        raise Malformed(f"{len(value)} items where {length} must be")
    return value


def string(value: Json) -> str:
    """Check that `value` is a string."""
    if not isinstance(value, str):
        raise Malformed("a string expected")
    return value


def integer(value: Json) -> int:
    """Check that `value` is an integer that is not negative, as a JSON number."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Malformed("a non-negative integer expected")
    return value


def decimal(text: str) -> int:
    """Read a canonical decimal: no sign, no leading zero, ASCII digits only."""
    if len(text) > LONGEST_DECIMAL or not DECIMAL.fullmatch(text):
        raise Malformed("a canonical decimal number expected")
    return int(text)


def write_count(count: int) -> int | str:
    """A weight or result: a JSON number, or a string when it is large."""
    return count if count <= LARGEST_JSON_INTEGER else str(count)


def read_count(value: Json) -> int:
    """Read what `write_count` wrote, and nothing else."""
    count = decimal(value) if isinstance(value, str) else integer(value)
    if write_count(count) != value:
        raise Malformed("a number written otherwise than its size asks for")
    return count


def hex_hash(body: bytes) -> str:
    """SHA-256 as the 64 hexadecimal digits that events use."""
    return hashlib.sha256(body).hexdigest()


def b64_hash(text: str) -> str:
    """SHA-256 in unpadded Base64, 43 characters: fingerprints and trackers."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b64encode(digest).decode().rstrip("=")


def base58(number: int, length: int) -> str:
    """Write the `length` last base-58 digits of `number`."""
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, 58)
        digits.append(BASE58[digit])
    return "".join(reversed(digits))


def from_base58(text: str) -> int:
    """The number that base-58 `text` writes; Malformed for other characters."""
    number = 0
    for character in text:
        digit = BASE58.find(character)
        if digit < 0:
            raise Malformed("a base-58 text expected")
        number = number * 58 + digit
    return number
