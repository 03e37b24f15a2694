"""The voting districts of a made-up primary: rolls, turnout, seals, counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from contracts.definition import Territory
from contracts.registration import events as registration
from contracts.tally import events as tally
from contracts.voting import events as voting
from tools.sandbox.told import Teller, Told

_TURNOUT_EVERY = timedelta(hours=3)


def votes_of(teller: Teller, code: str) -> tuple[int, int]:
    """How many may vote in a district, and how many do."""
    chance = teller.about("turnout", code)
    eligible = chance.randint(400, 9000)
    return eligible, int(eligible * chance.uniform(0.3, 0.8))


def district_story(teller: Teller, district: Territory) -> Iterator[Told]:
    """A voting district from its roll to its sealed and opened board."""
    calendar, code = teller.definition.calendar, district.code
    board = {"district": code, "board": code}
    eligible, ballots = votes_of(teller, code)
    yield teller.tell(
        calendar.instant("roll_freeze"),
        registration.RollFrozen,
        code,
        **board,
        eligible_count=eligible,
        roll_hash=teller.hash("roll", code),
    )
    yield teller.tell(
        calendar.instant("candidates_final"),
        voting.DistrictSetUp,
        code,
        **board,
        uuid=teller.hash("election", code)[:14],
        fingerprint=teller.hash("fingerprint", code),
        head=teller.hash("head", code, 0),
    )
    yield from _turnout(teller, code, eligible, ballots)
    yield _seal(teller, board, ballots)
    yield from _count(teller, code, ballots + 1)
    for end in (registration.CredentialsDestroyed, voting.FingerprintsDestroyed):
        yield teller.tell(calendar.instant("complaints_end"), end, code, board=code)


def _seal(teller: Teller, board: dict[str, str], ballots: int) -> Told:
    """No ballot is added any more."""
    code = board["board"]
    closed = teller.definition.calendar.phase("voting").closes_at
    return teller.tell(
        closed + timedelta(minutes=1),
        voting.BallotBoxSealed,
        code,
        **board,
        height=ballots + 1,
        head=teller.hash("head", code, 1),
        ballots=ballots,
        voters=ballots,
    )


def _turnout(teller: Teller, code: str, eligible: int, ballots: int) -> Iterator[Told]:
    """Every few hours a little more."""
    phase = teller.definition.calendar.phase("voting")
    whole = phase.closes_at - phase.opens_at
    for step in range(1, int(whole / _TURNOUT_EVERY) + 1):
        yield teller.tell(
            phase.opens_at + step * _TURNOUT_EVERY,
            voting.TurnoutUpdated,
            code,
            district=code,
            eligible=eligible,
            online=int(ballots * step * _TURNOUT_EVERY / whole),
            paper=0,
        )


def _count(teller: Teller, code: str, sealed: int) -> Iterator[Told]:
    """What the count adds to the board."""
    published = teller.definition.calendar.instant("publication")
    trustees = ["PartialDecryption"] * teller.definition.threshold
    for number, kind in enumerate(["EncryptedTally", *trustees, "Result"], start=1):
        yield teller.tell(
            published - timedelta(minutes=10) + timedelta(minutes=number),
            tally.BoardRecordAppended,
            code,
            district=code,
            board=code,
            height=sealed + number,
            record_type=kind,
            head=teller.hash("head", code, 1 + number),
        )
