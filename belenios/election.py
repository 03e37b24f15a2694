"""The parameters of an election: questions, key, fingerprint (sections 4.9, 4.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from belenios.elgamal import Key
from belenios.encoding import (
    BASE58,
    Json,
    array,
    b64_hash,
    dumps,
    integer,
    loads,
    record,
    string,
)
from belenios.errors import InvalidElection, Malformed
from belenios.group import Group, get_group

VERSION = 1
SHORTEST_UUID = 14
FIELDS = (
    "version",
    "description",
    "name",
    "group",
    "public_key",
    "questions",
    "uuid",
    "administrator",
    "credential_authority",
)
OPTIONAL = ("administrator", "credential_authority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question: choose between `min` and `max` of `answers`, or blank if allowed."""

    question: str
    answers: tuple[str, ...]
    min: int
    max: int
    blank: bool = False

    def __post_init__(self) -> None:
        if not self.answers:
            raise InvalidElection("a question without answers")
        if not 0 <= self.min <= self.max <= len(self.answers):
            raise InvalidElection("min <= max <= number of answers must hold")

    @property
    def choices(self) -> int:
        """How many numbers a voter encrypts: an answer each, and the blank first."""
        return len(self.answers) + self.blank

    def as_json(self) -> Json:
        """As it stands in the election (section 4.9)."""
        blank: dict[str, Json] = {"blank": True} if self.blank else {}
        return {
            "answers": list(self.answers),
            **blank,
            "min": self.min,
            "max": self.max,
            "question": self.question,
        }

    @classmethod
    def parse(cls, value: Json) -> Question:
        """Read a homomorphic question; other kinds are not understood."""
        fields = record(
            value, "answers", "blank", "min", "max", "question", optional=("blank",)
        )
        if fields.get("blank", True) is not True:
            raise Malformed("blank is true or absent")
        return cls(
            question=string(fields["question"]),
            answers=tuple(string(answer) for answer in array(fields["answers"])),
            min=integer(fields["min"]),
            max=integer(fields["max"]),
            blank="blank" in fields,
        )


def check_uuid(uuid: str) -> None:
    """Raise InvalidElection unless `uuid` is 14 base-58 characters or more."""
    if len(uuid) < SHORTEST_UUID or any(letter not in BASE58 for letter in uuid):
        raise InvalidElection("the uuid is 14 base-58 characters or more")


def make_election(  # noqa: PLR0913 - the format's own fields, by keyword
    *,
    uuid: str,
    group: str,
    public_key: str,
    name: str,
    description: str,
    questions: Sequence[Question],
    administrator: str | None = None,
    credential_authority: str | None = None,
) -> str:
    """The election's JSON, frozen from now on: its hash is in every ballot.

    `public_key` is what `trustees.joint_key` gives. Raises InvalidElection,
    UnknownGroup or InvalidElement where the parameters make no sense.
    """
    fields: dict[str, Json] = {
        "version": VERSION,
        "description": description,
        "name": name,
        "group": group,
        "public_key": public_key,
        "questions": [question.as_json() for question in questions],
        "uuid": uuid,
    }
    if administrator is not None:
        fields["administrator"] = administrator
    if credential_authority is not None:
        fields["credential_authority"] = credential_authority
    return Election.parse(dumps(fields)).raw


@dataclass(frozen=True, kw_only=True)
class Election:
    """An election as published; `raw` is the exact text that was hashed."""

    raw: str
    name: str
    uuid: str
    group: Group
    public_key: str
    questions: tuple[Question, ...]

    @classmethod
    def parse(cls, text: str) -> Election:
        """Read an election; raise Malformed, InvalidElection or what parts raise."""
        fields = record(loads(text), *FIELDS, optional=OPTIONAL)
        if fields["version"] != VERSION:
            raise InvalidElection("version 1 expected")
        _check_texts(fields)
        group = get_group(string(fields["group"]))
        group.decode(string(fields["public_key"]))
        return cls(
            raw=text,
            name=string(fields["name"]),
            uuid=string(fields["uuid"]),
            group=group,
            public_key=string(fields["public_key"]),
            questions=tuple(map(Question.parse, array(fields["questions"]))),
        )

    @cached_property
    def fingerprint(self) -> str:
        """The hash that every ballot and every decryption proof carries."""
        return b64_hash(self.raw)

    @cached_property
    def key(self) -> Key:
        """The public key, prepared for encrypting and checking."""
        return Key(self.group, self.group.decode(self.public_key))


def _check_texts(fields: dict[str, Json]) -> None:
    check_uuid(string(fields["uuid"]))
    for name in ("description", *OPTIONAL):
        string(fields.get(name, ""))
    if not array(fields["questions"]):
        raise InvalidElection("an election without questions")
