"""A primary from its definition to its lists, as the public log would tell it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta
from itertools import chain

from chassis.events import Envelope
from contracts.campaign import events as campaign
from contracts.definition import Definition, Territory
from contracts.registration import events as registration
from contracts.tally import events as tally
from tools.sandbox.contests import contest_story
from tools.sandbox.districts import district_story
from tools.sandbox.told import Teller, Told, numbered, some_time

_DECISIONS = ("accepted", "accepted_in_part", "rejected", "out_of_scope")


def story(definition: Definition, seed: int) -> list[Envelope]:
    """The whole public log of a made-up primary."""
    teller = Teller(definition, seed)
    return list(
        numbered(
            seed,
            chain(
                _country(teller),
                *(contest_story(teller, each) for each in definition.contests),
                *(_programme(teller, t) for t in definition.programme_territories()),
                *(
                    district_story(teller, each)
                    for each in definition.voting_districts()
                ),
            ),
        )
    )


def _country(teller: Teller) -> Iterator[Told]:
    """What concerns everybody."""
    definition = teller.definition
    country, calendar = definition.country, definition.calendar
    begin = calendar.phase("nomination").opens_at - timedelta(days=3)
    yield teller.tell(
        begin,
        registration.PrimaryDefined,
        country,
        rehearsal=definition.rehearsal,
        document_hash=teller.hash("document"),
    )
    yield teller.tell(
        calendar.instant("roll_freeze"),
        tally.TrusteesReady,
        country,
        group=definition.group,
        public_key=teller.hash("election key"),
        trustee_count=definition.trustees,
    )
    for lot, instant in (("debates", "debate_lot"), ("ties", "tie_lot")):
        yield teller.tell(
            calendar.instant(instant),
            registration.LotDrawn,
            country,
            lot=lot,
            value=teller.hash("value", lot)[:12],
            source="The sandbox: a made-up value",
        )


def _programme(teller: Teller, territory: Territory) -> Iterator[Told]:
    """A programme, what was suggested, and what became of it."""
    phase, code = teller.definition.calendar.phase("programmes"), territory.code
    drafted = {"version": 1, "programme_hash": teller.hash("programme", code, 1)}
    yield teller.tell(phase.opens_at, campaign.ProgrammePublished, code, **drafted)
    accepted = yield from _suggestions(teller, code)
    if accepted:
        yield teller.tell(
            phase.closes_at,
            campaign.ProgrammeRevised,
            code,
            version=2,
            programme_hash=teller.hash("programme", code, 2),
            suggestions=accepted,
        )


def _suggestions(teller: Teller, code: str) -> Generator[Told, None, list[str]]:
    """What was suggested and decided; gives the accepted suggestions in the end."""
    definition, chance = teller.definition, teller.about("programme", code)
    phase = definition.calendar.phase("programmes")
    accepted: list[str] = []
    for number in range(chance.randint(0, 5)):
        made_at = some_time(chance, phase.opens_at, phase.closes_at)
        known = {
            "suggestion": teller.name("suggestion", code, number),
            "section": chance.choice(definition.sections).id,
        }
        decision = chance.choice(_DECISIONS)
        yield teller.tell(made_at, campaign.SuggestionMade, code, **known)
        yield teller.tell(
            some_time(chance, made_at, phase.closes_at),
            campaign.SuggestionDecided,
            code,
            **known,
            decision=decision,
            reason="The sandbox: a made-up reason",
        )
        accepted += [known["suggestion"]] if decision.startswith("accepted") else []
    return accepted
