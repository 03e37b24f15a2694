"""Invented people: names, national numbers with a right check digit, telephones.

The numbers are synthetic; one may by chance be somebody's. The telephones belong to
no network (country code 7, area code 000). The same generator, the same people.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from random import Random  # noqa: TID251 (a seeded choice must repeat; no secret here)

from tools.demo.names import FAMILY, MEN, OCCUPATIONS, WOMEN

_FIRST_PASS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_PASS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_NOT_ISSUED = 10
_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member, in the columns of the register's file."""

    iin: str
    name: str
    birth_date: date
    sex: str
    telephone: str
    ppo: str
    territory: str
    joined_on: date
    resident_since: date
    occupation: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a member belongs: a voting district and one of its organisations."""

    territory: str
    ppo: str


@dataclass(frozen=True, kw_only=True)
class Age:
    """An age in years between two others, on a given day."""

    least: float
    most: float
    on: date

    def birthday(self, rng: Random) -> date:
        """A day of birth that gives this age."""
        days = rng.randint(int(self.least * _YEAR) + 2, int(self.most * _YEAR) - 2)
        return self.on - timedelta(days=days)


class Crowd:
    """Makes people, no two of them with one number or one telephone."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._numbers: set[str] = set()

    def person(self, home: Home, age: Age, *, woman: bool) -> Person:
        """Somebody of this age who lives there."""
        rng, born = self.rng, age.birthday(self.rng)
        iin = self._number(born, woman=woman)
        return Person(
            iin=iin,
            name=_name(rng, woman=woman),
            birth_date=born,
            sex="f" if woman else "m",
            telephone=f"+7000{len(self._numbers):07}",
            ppo=home.ppo,
            territory=home.territory,
            joined_on=date(rng.randint(2006, 2019), rng.randint(1, 12), 15),
            resident_since=born,
            occupation=rng.choice(OCCUPATIONS),
        )

    def _number(self, born: date, *, woman: bool) -> str:
        while True:
            number = national_number(born, self.rng.randint(0, 9999), woman=woman)
            if number and number not in self._numbers:
                self._numbers.add(number)
                return number


def national_number(born: date, serial: int, *, woman: bool) -> str | None:
    """The IIN of that day, sex and serial; None where such a one is not issued."""
    century = 3 if born.year < 2000 else 5  # noqa: PLR2004 (the year of the digit)
    digits = f"{born:%y%m%d}{century + woman}{serial:04}"
    for weights in (_FIRST_PASS, _SECOND_PASS):
        weighed = zip(digits, weights, strict=True)
        check = sum(int(digit) * weight for digit, weight in weighed) % 11
        if check != _NOT_ISSUED:
            return f"{digits}{check}"
    return None


def members_file(people: Iterable[Person]) -> str:
    """The register's file, as an administrator imports it."""
    names = [field.name for field in fields(Person)]
    return _file(names, ([getattr(p, name) for name in names] for p in people))


def ppos_file(rows: Iterable[tuple[str, str, str]]) -> str:
    """The file of the primary party organisations."""
    return _file(["ppo", "name", "territory"], rows)


def officers_file(rows: Iterable[tuple[str, str, str]]) -> str:
    """The file of the offices that members hold."""
    return _file(["iin", "role", "scope"], rows)


def _file(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Share out `total` in proportion, whole numbers, by the largest remainders."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    shares = {key: int(share) for key, share in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def flags(rng: Random, total: int, share: float) -> list[bool]:
    """So many times yes as the share asks for, in random order."""
    yes = round(total * share)
    answers = [True] * yes + [False] * (total - yes)
    rng.shuffle(answers)
    return answers


def endless(rng: Random, things: list[Home]) -> Iterator[Home]:
    """Every thing again and again, each round in another order."""
    while True:
        yield from rng.sample(things, len(things))


def _name(rng: Random, *, woman: bool) -> str:
    his, hers = rng.choice(FAMILY)
    return f"{hers if woman else his} {rng.choice(WOMEN if woman else MEN)}"
