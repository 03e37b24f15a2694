"""The individual identification number of Kazakhstan.

`YYMMDD`, a digit for century and sex, four digits of a serial number, a check
digit. The check digit takes a second pass of weights where the first gives 10; a
number whose second pass gives 10 as well is never issued. Validity is not identity:
about one single-digit error in eleven goes unnoticed.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from contracts.registration.errors import InvalidNumber

_FORM = re.compile(r"[0-9]{12}")  # \d would accept other scripts' digits
_FIRST_PASS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_PASS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_NOT_A_DIGIT = 10
_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


class Sex(StrEnum):
    """As the register writes it."""

    FEMALE = "f"
    MALE = "m"


def check_iin(iin: str, *, on: date) -> None:
    """Raise `InvalidNumber` unless this can be a person's number on that day."""
    if not _FORM.fullmatch(iin):
        raise InvalidNumber(reason="it does not have twelve digits")
    if iin[6] not in _CENTURIES:
        raise InvalidNumber(reason="its seventh digit is not from 1 to 6")
    if birth_date(iin) > on:
        raise InvalidNumber(reason="its birth date lies in the future")
    if iin[11] != check_digit(iin[:11]):
        raise InvalidNumber(reason="its check digit does not fit")


def birth_date(iin: str) -> date:
    """The birth date in a number of the right form."""
    year = _CENTURIES[iin[6]] + int(iin[:2])
    try:
        return date(year, int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        raise InvalidNumber(reason="its birth date does not exist") from None


def sex(iin: str) -> Sex:
    """The sex in a number of the right form."""
    return Sex.MALE if int(iin[6]) % 2 else Sex.FEMALE


def check_digit(first_eleven: str) -> str | None:
    """The twelfth digit; None where no number with these eleven is issued."""
    for weights in (_FIRST_PASS, _SECOND_PASS):
        remainder = _weighted(first_eleven, weights) % 11
        if remainder != _NOT_A_DIGIT:
            return str(remainder)
    return None


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    pairs = zip(digits, weights, strict=True)
    return sum(int(digit) * weight for digit, weight in pairs)
