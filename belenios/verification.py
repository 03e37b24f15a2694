"""The strict verifier: an archive is accepted as a whole, or refused at a place.

Everything is computed again: the chain of events, every ballot's proofs, which
ballots count, their sum, every partial decryption, the result. Stricter than the
reference tool, as the package's README lists.

Who has verified a board before and remembers its head may go on `since` there: the
events up to it are then only hashed and linked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from belenios.archive import (
    SeekableStream,
    check_name,
    has_record,
    read_records,
)
from belenios.board import BLOCK, Event, EventType, Record, check_link
from belenios.checking import Checker, CheckNow, Ciphertexts
from belenios.encoding import hex_hash, read_text
from belenios.errors import BeleniosError, InvalidBoard, Refused
from belenios.matrices import Matrix
from belenios.merkle import Frontier
from belenios.replay import Phase, Place, Replay, Voter

# How many data records precede an event of each kind.
DATA_RECORDS = {
    EventType.SETUP: 4,
    EventType.BALLOT: 1,
    EventType.END_BALLOTS: 0,
    EventType.ENCRYPTED_TALLY: 2,
    EventType.PARTIAL_DECRYPTION: 2,
    EventType.RESULT: 1,
}
MOST_DATA_RECORDS = max(DATA_RECORDS.values())

Progress: TypeAlias = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A ballot that is being checked, and where on the board it was found."""

    where: str
    voter: Voter
    place: Place
    done: Callable[[], Ciphertexts]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What an accepted archive contains."""

    uuid: str
    name: str
    group: str
    fingerprint: str
    phase: Phase
    voters: int
    """Public credentials."""
    trustees: int
    ballots: int
    """Ballots on the board."""
    counted: int
    """Ballots that count: the last of each credential."""
    replaced: int
    """Ballots that a revote replaced."""
    total_weight: int
    partial_decryptions: int
    height: int
    """The height of the last event."""
    head: str
    """The hash of the last event: it commits to everything before it."""
    tree: str
    """The root of the Merkle tree over all events (`belenios.merkle`)."""
    trusted: int
    """Events that were only hashed, as the caller had verified them before."""
    result: Matrix[int] | None
    """Counts by question and choice, the blank first; None while there is none."""


def verify_archive(
    stream: SeekableStream,
    progress: Progress | None = None,
    *,
    since: str | None = None,
    checker: Checker | None = None,
) -> Report:
    """Verify a whole archive; raise Refused, saying which check failed and where.

    `progress` is called with the number of bytes read so far. `since` is the hash of
    an event up to which the caller verified the board before: proofs are checked
    only after it, and an archive without that event is refused. `checker` may check
    several ballots at a time; what fails first on the board is what is reported.
    Memory grows by some hundred bytes a voter, not with ballots, and holds one
    event's records, and the ballots that the checker is ahead.
    """
    reader = _Reader(stream, since, checker or CheckNow())
    try:
        reader.read(progress)
        return reader.report()
    except BeleniosError as error:
        raise Refused(error, reader.where) from error


def _tar_size(found: Record) -> int:
    return BLOCK + len(found.body) + -len(found.body) % BLOCK


@dataclass
class _Reader:
    """Puts records together into events and feeds them to the replay."""

    stream: SeekableStream
    since: str | None = None
    checker: Checker = field(default_factory=CheckNow)
    position: int = 0
    begun: int = 0
    """Where the data before the next event begin."""
    where: str = "the first record"
    height: int = 0
    trusted: int = 0
    head: str | None = None
    data: list[Record] = field(default_factory=list[Record])
    tree: Frontier = field(default_factory=Frontier)
    begun_ballots: deque[Begun] = field(default_factory=deque[Begun])

    def __post_init__(self) -> None:
        self._start = self.stream.tell()
        self._replay = Replay(board=self, trusting=self.since is not None)
        self._handlers: dict[EventType, Callable[[list[str]], None]] = {
            EventType.SETUP: self._replay.set_up,
            EventType.END_BALLOTS: self._replay.end_ballots,
            EventType.ENCRYPTED_TALLY: self._replay.accept_tally,
            EventType.PARTIAL_DECRYPTION: self._replay.accept_partial_decryption,
            EventType.RESULT: self._replay.accept_result,
        }

    def read(self, progress: Progress | None) -> None:
        """The whole archive, up to the end or the first event that is wrong."""
        try:
            for found in read_records(self.stream):
                self.take(found)
                if progress is not None:
                    progress(self.position)
        except BeleniosError:
            # A ballot before it that is still being checked may be wrong as well.
            where = self.where
            self._settle()
            self.where = where
            raise
        self._settle()

    def take(self, found: Record) -> None:
        """The next record of the archive."""
        first = self.position == 0
        self.position += _tar_size(found)
        if first:
            return
        if check_name(found):
            self._take_event(found)
            self.begun = self._start + self.position
        else:
            self.data.append(found)
            if len(self.data) > MOST_DATA_RECORDS:
                raise InvalidBoard("data that no event refers to")

    def _take_event(self, found: Record) -> None:
        event = Event.parse(read_text(found.body))
        self.where = f"event {self.height} ({event.type.value})"
        check_link(event, self.head, self.height)
        self._check_payload(event)
        self._apply(event.type, [read_text(data.body) for data in self.data])
        self.data.clear()
        self._step(found.body)
        self.where = f"after event {self.height - 1} ({event.type.value})"

    def _step(self, event: bytes) -> None:
        self.tree.append(event)
        self.head = hex_hash(event)
        self.height += 1
        if self.head == self.since:
            self._replay.trusting = False
            self.trusted = self.height

    def _check_payload(self, event: Event) -> None:
        if len(self.data) != DATA_RECORDS[event.type]:
            raise InvalidBoard("data missing, or data that no event refers to")
        payload = hex_hash(self.data[-1].body) if self.data else None
        if event.payload != payload:
            raise InvalidBoard("the payload is not the data before the event")

    def _apply(self, kind: EventType, texts: list[str]) -> None:
        self._replay.enter(kind)
        if kind is EventType.BALLOT:
            place = (self.begun + BLOCK, len(self.data[0].body))
            self._take_ballot(texts[0], place)
        else:
            self._settle()
            self._handlers[kind](texts)

    def _take_ballot(self, text: str, place: Place) -> None:
        voter = self._replay.admit_ballot(text)
        if self._replay.trusting:
            self._replay.take_over_ballot(voter, place)
            return
        done = self.checker.begin(self._replay.election, text)
        ballot = Begun(where=self.where, voter=voter, place=place, done=done)
        self.begun_ballots.append(ballot)
        self._settle(self.checker.ahead)

    def _settle(self, ahead: int = 0) -> None:
        """Count the ballots that were begun, but for the last few."""
        where = self.where
        while len(self.begun_ballots) > ahead:
            ballot = self.begun_ballots.popleft()
            self.where = ballot.where
            self._replay.count_ballot(ballot.voter, ballot.place, self._result(ballot))
        self.where = where

    def _result(self, ballot: Begun) -> Ciphertexts:
        try:
            return ballot.done()
        except BeleniosError:
            # What comes after it does not matter any more.
            self.begun_ballots.clear()
            raise

    def reread(self, place: tuple[int, int]) -> str:
        """The text of a ballot from the place it was read at."""
        offset, size = place
        self.stream.seek(offset)
        body = self.stream.read(size)
        self._return()
        return read_text(body)

    def holds(self, digest: str) -> bool:
        """Whether a record named so lies before the event at hand and its data."""
        self.stream.seek(self._start)
        found = has_record(self.stream, digest, end=self.begun)
        self._return()
        return found

    def _return(self) -> None:
        self.stream.seek(self._start + self.position)

    def report(self) -> Report:
        """The counts, once the archive has ended where it may."""
        self.where = "the end of the archive"
        if self.head is None or self.data:
            raise InvalidBoard("it ends before its event")
        replay = self._replay
        if replay.trusting:
            raise InvalidBoard(f"no event has the hash {self.since}")
        return Report(
            uuid=replay.election.uuid,
            name=replay.election.name,
            group=replay.election.group.name,
            fingerprint=replay.election.fingerprint,
            phase=replay.phase,
            voters=replay.voters,
            trustees=replay.trustees.count,
            ballots=replay.ballots,
            counted=replay.counted,
            replaced=replay.ballots - replay.counted,
            total_weight=replay.total_weight,
            partial_decryptions=len(replay.partial_decryptions),
            height=self.height - 1,
            head=self.head,
            tree=self.tree.root.hex(),
            trusted=self.trusted,
            result=replay.result,
        )
