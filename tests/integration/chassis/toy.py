"""Two small services that speak to each other, to prove the chassis with."""

from __future__ import annotations

import types
from typing import Any

import eventlet
import sqlalchemy as sa
from marshmallow import fields
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.auth import Role
from chassis.clock import Clock
from chassis.db import new_metadata
from chassis.errors import Conflict
from chassis.events import Event, on
from chassis.operations import Operation, serves
from chassis.service import Service
from chassis.tables import add_bus_tables
from chassis.wire import Schema

REGION = "KZ-AKM"
SAID = new_metadata()
HEARD = new_metadata()
for _metadata in (SAID, HEARD):
    add_bus_tables(_metadata)
said_words = sa.Table("words", SAID, sa.Column("word", sa.String, primary_key=True))
heard_words = sa.Table(
    "words",
    HEARD,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("word", sa.String, nullable=False),
)


class WordSpoken(Event):
    """Somebody said a word."""

    service = "speaker"
    consumers = ("listener",)
    public_fields = ("word",)

    word = fields.String(required=True)
    whisper = fields.String(required=True)


class WordWhispered(Event):
    """Somebody said a word to a place's ear."""

    service = "speaker"
    consumers = ("listener",)
    queue = "whispers"
    sharded_by = "territory"

    word = fields.String(required=True)


class AlreadySaid(Conflict):
    """The word {word} has been said."""


class WordRequest(Schema):
    """A word to say."""

    word = fields.String(required=True)


class SayWord(Operation):
    """Say a word, once."""

    service = "speaker"
    Request = WordRequest
    Response = WordRequest
    roles = frozenset({Role.MEMBER})
    errors = (AlreadySaid,)


class SayAnything(Operation):
    """Say a word without being anybody."""

    service = "speaker"
    Request = WordRequest
    Response = WordRequest


class WordsView(Schema):
    """What was heard."""

    words = fields.List(fields.String())


class ListWords(Operation):
    """Everything that was heard, in order."""

    service = "listener"
    Response = WordsView


def say(session: Session, clock: Clock, word: str) -> None:
    """Keep the word and announce it."""
    if session.scalar(sa.select(said_words.c.word).where(said_words.c.word == word)):
        raise AlreadySaid(word=word)
    session.execute(said_words.insert().values(word=word))
    outbox.record(
        session,
        clock,
        WordSpoken,
        primary="test-2020",
        region=REGION,
        territory="KZ-111000000",
        word=word,
        whisper="between us",
    )


def whisper(session: Session, clock: Clock, word: str, territory: str) -> None:
    """Announce a word to a place."""
    place = {"primary": "test-2020", "region": REGION, "territory": territory}
    outbox.record(session, clock, WordWhispered, **place, word=word)


class SpeakerService(Service):
    """Says words."""

    name = "speaker"

    @serves(SayWord)
    def say_word(self, principal: Any, *, word: str) -> dict[str, str]:
        """Say it."""
        with self.db.transaction() as session:
            say(session, self.clock, word)
        return {"word": word}

    @serves(SayAnything)
    def say_anything(self, principal: Any, *, word: str) -> dict[str, str]:
        """Say it; some words take their time, some are too much."""
        if word == "crash":
            raise RuntimeError("a secret that must not travel")
        if word == "hesitation":
            eventlet.sleep(2)
        with self.db.transaction() as session:
            say(session, self.clock, word)
        return {"word": word}


@on(WordSpoken)
def hear(session: Session, clock: Clock, spoken: Any) -> None:
    """Remember what was said; one word is too much to bear."""
    if spoken.word == "poison":
        raise ValueError(spoken.word)
    if spoken.word == "stuck":
        session.execute(sa.text("SET LOCAL statement_timeout = 20"))
        session.execute(sa.text("SELECT pg_sleep(1)"))
    if spoken.word.startswith("slow"):
        session.execute(sa.text("SELECT pg_sleep(0.005)"))
    session.execute(heard_words.insert().values(word=spoken.word))


@on(WordWhispered)
def overhear(session: Session, clock: Clock, whispered: Any) -> None:
    """Remember where something was whispered, and what."""
    word = f"{whispered.territory} {whispered.word}"
    session.execute(heard_words.insert().values(word=word))


class ListenerService(Service):
    """Hears words."""

    name = "listener"
    handlers = types.SimpleNamespace(hear=hear, overhear=overhear)  # pyright: ignore[reportAssignmentType]

    @serves(ListWords)
    def list_words(self, principal: Any) -> dict[str, list[str]]:
        """All of them."""
        with self.db.reading() as session:
            query = sa.select(heard_words.c.word).order_by(heard_words.c.position)
            return {"words": list(session.scalars(query))}
