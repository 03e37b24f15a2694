"""A small party, for the tests of registration: real tables, real use cases."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from chassis.auth import Grant, Principal, Role
from chassis.db import Database
from chassis.events import Event, facts_of
from chassis.testing import FrozenClock, a_principal, an_envelope
from chassis.vault import Vault
from contracts.definition import Route
from contracts.registration.operations import Decision
from services.registration import (
    members,
    nominations,
    officers,
    ppos,
    primaries,
    queries,
    vetting,
)
from services.registration.files import Verdicts
from services.registration.iin import Sex, check_digit
from services.registration.models import Member, Model, Nomination
from services.registration.numbers import number_hash
from tests.support.definitions import a_definition_document

PRIMARY = "tiny-2020"
NOMINATING = "2020-08-20T06:00:00Z"
SUSPENDED = "2020-09-12T06:00:00Z"
FROZEN = "2020-09-11T06:00:00Z"
FINAL = "2020-09-30T13:00:00Z"
KOKSHETAU, AKKOL, RUDNY = "KZ-111000000", "KZ-113200000", "KZ-392400000"
ABAY, AL_FARABI = "KZ-791110000", "KZ-791310000"
DISTRICTS = (KOKSHETAU, AKKOL, RUDNY, ABAY, AL_FARABI)
VAULT = Vault(b"32 bytes that only a test knows!")
PPOS_CSV = "ppo,name,territory\n" + "".join(
    f"ppo-{number},Organisation {number},{code}\n"
    for number, code in enumerate(DISTRICTS, start=1)
)
SELF_DOCUMENTS = ("consent",)
PPO_DOCUMENTS = ("consent", "minutes")
_FILE = "registration.db"
_serials = count(1)

Result = TypeVar("Result")


def an_iin(
    born_on: date = date(1980, 5, 17), sex: str = Sex.FEMALE, *, serial: int = 0
) -> str:
    """A valid number that was not given before, unless a serial number is."""
    century = {18: 1, 19: 3, 20: 5}[born_on.year // 100] + (sex == Sex.FEMALE)
    for tried in (serial,) if serial else _serials:
        eleven = f"{born_on:%y%m%d}{century}{tried % 10_000:04}"
        if digit := check_digit(eleven):
            return eleven + digit
    raise AssertionError("no number with this serial is issued")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody as a row of the register's file."""

    iin: str
    name: str = "Aigul Sample"
    birth_date: date = date(1980, 5, 17)
    sex: str = Sex.FEMALE
    telephone: str
    ppo: str = "ppo-1"
    territory: str = KOKSHETAU
    joined_on: date = date(2015, 1, 1)
    resident_since: date = date(1990, 1, 1)
    occupation: str = "Teacher"

    def but(self, **other: Any) -> Person:
        """The same person with something else."""
        return replace(self, **other)

    @property
    def line(self) -> str:
        """Their row."""
        return ",".join(str(getattr(self, name)) for name in members.HEADER)


def a_person(**facts: Any) -> Person:
    """A person with a number and a telephone of their own."""
    born_on = facts.get("birth_date", Person.birth_date)
    sex = facts.get("sex", Person.sex)
    number = next(_serials)
    own = {"iin": an_iin(born_on, sex), "telephone": f"+77000{number:06}"}
    return Person(**(own | facts))


def members_csv(*people: Person) -> str:
    """The register's file with these people."""
    return "\n".join([",".join(members.HEADER), *(one.line for one in people), ""])


class Registry:
    """A registration office with a database of its own."""

    def __init__(self, directory: Path) -> None:
        is_new = not (directory / _FILE).exists()
        self.db = Database(f"sqlite:///{directory / _FILE}")
        self.clock = FrozenClock(NOMINATING)
        self.vault = VAULT
        self.primary = PRIMARY
        if is_new:
            Model.metadata.create_all(self.db.engine)

    def write(
        self, use_case: Callable[..., Result], *given: Any, **facts: Any
    ) -> Result:
        """Run a use case in a transaction of its own."""
        with self.db.transaction() as session:
            return use_case(session, *given, **facts)

    def read(self, query: Callable[..., Result], *given: Any, **facts: Any) -> Result:
        """Look something up."""
        with self.db.reading() as session:
            return query(session, *given, **facts)

    def define(self, **overrides: Any) -> None:
        """Define the tiny primary."""
        document = a_definition_document(**overrides)
        self.primary = document["primary"]
        self.write(primaries.define_primary, self.clock, document=document)

    def import_ppos(self, csv: str = PPOS_CSV, *, dry_run: bool = False) -> Verdicts:
        """Take in organisations: one per voting district unless told otherwise."""
        return self.write(
            ppos.import_ppos, primary=self.primary, csv=csv, dry_run=dry_run
        )

    def import_members(self, csv: str, *, dry_run: bool = False) -> Verdicts:
        """Take in a file of members."""
        rules = self.read(members.rules_of, self.clock, primary=self.primary)
        rows = members.read_members(csv, rules, self.vault)
        return self.write(
            members.import_members,
            self.clock,
            self.vault,
            rows,
            primary=self.primary,
            dry_run=dry_run,
        )

    def import_officers(self, *lines: str, dry_run: bool = False) -> Verdicts:
        """Give offices; each line is `iin,role,scope`."""
        return self.write(
            officers.import_officers,
            self.clock,
            self.vault,
            primary=self.primary,
            csv="\n".join(["iin,role,scope", *lines, ""]),
            dry_run=dry_run,
        )

    def instant(self, text: str) -> datetime:
        """An instant as a document writes it."""
        return datetime.fromisoformat(text)

    def calendar_without(self, phase: str) -> dict[str, Any]:
        """The tiny primary's calendar, one phase less."""
        calendar = a_definition_document()["calendar"]
        del calendar["phases"][phase]
        return calendar

    def enrol(self, *people: Person) -> None:
        """Take these people in, who must be right."""
        verdicts = self.import_members(members_csv(*people))
        assert verdicts.applied, [row.problems for row in verdicts.rows]

    def member_of(self, person: Person) -> Member:
        """A person's entry in the register."""
        found_by = number_hash(self.vault, self.primary, person.iin)
        with self.db.reading() as session:
            member = queries.find_member(session, self.primary, found_by)
        assert member is not None
        return member

    def principal(self, person: Person, *roles: Role | Grant) -> Principal:
        """A person, signed in."""
        return a_principal(
            Role.MEMBER,
            *roles,
            subject=self.member_of(person).member,
            primary=self.primary,
        )

    def officer(self, *, scope: str = "", name: str = "first") -> Principal:
        """An officer of the organising committee."""
        grant = Grant(role=Role.OFFICER, scope=scope)
        return a_principal(grant, subject=f"officer-{name}", primary=self.primary)

    def nominate(self, person: Person, **application: Any) -> Nomination:
        """A person puts themselves forward, for the maslikhat of Kokshetau."""
        facts = an_application(**application)
        return self.write(
            nominations.submit_nomination,
            self.clock,
            self.vault,
            self.principal(person),
            primary=self.primary,
            **facts,
        )

    def end_membership(self, person: Person, reason: str = "Left the party") -> None:
        """An officer ends a membership."""
        self.write(
            members.end_membership,
            self.clock,
            self.vault,
            self.officer(),
            primary=self.primary,
            iin=person.iin,
            reason=reason,
        )

    def decide(
        self, *submitted: Nomination, officer: Principal | None = None, **decision: Any
    ) -> list[Nomination]:
        """An officer decides; registers unless told otherwise."""
        outcome = {
            "decision": Decision.REGISTER,
            "reason_code": None,
            "reason": None,
        } | decision
        return self.write(
            vetting.decide_nominations,
            self.clock,
            officer or self.officer(),
            primary=self.primary,
            decisions=[outcome | {"nomination": one.nomination} for one in submitted],
        )


def an_application(**facts: Any) -> dict[str, Any]:
    """What one writes to stand for the maslikhat of Kokshetau."""
    return {
        "route": Route.SELF,
        "contest": "maslikhat-kz-111000000",
        "member": None,
        "ppo": None,
        "statement": "For better roads.",
        "documents": list(SELF_DOCUMENTS),
        "minutes": "",
    } | facts


def told(
    registry: Registry, handler: Callable[..., None], event: type[Event], **facts: Any
) -> None:
    """Another service has said `event`, and registration does what it does."""
    places = {"primary": registry.primary, "region": "KZ", "territory": "KZ"}
    envelope = an_envelope(event, **places, **facts)
    registry.write(handler, registry.clock, facts_of(envelope))


def a_registry(directory: Path, **overrides: Any) -> Registry:
    """An office with the tiny primary and its organisations, nobody enrolled."""
    if not overrides:
        shutil.copy(_prepared() / _FILE, directory / _FILE)
        return Registry(directory)
    registry = Registry(directory)
    registry.define(**overrides)
    registry.import_ppos()
    return registry


@functools.cache
def _prepared() -> Path:
    """A database made once and copied for every test: that is quicker."""
    directory = Path(tempfile.mkdtemp(prefix="primaries-tests-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    registry = Registry(directory)
    registry.define()
    registry.import_ppos()
    registry.db.close()
    return directory
