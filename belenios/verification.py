"""The strict verifier: an archive is accepted as a whole, or refused at a place.

Everything is computed again: the chain of events, every ballot's proofs, which
ballots count, their sum, every partial decryption, the result. Stricter than the
reference tool, as the package's README lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from belenios.board import (
    BLOCK,
    Event,
    EventType,
    Record,
    check_link,
    check_name,
    read_records,
)
from belenios.encoding import hex_hash, read_text
from belenios.errors import BeleniosError, InvalidBoard, Refused
from belenios.matrices import Matrix
from belenios.replay import Phase, Replay

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


class SeekableStream(Protocol):
    """A file opened in binary mode; a replaced ballot is read a second time."""

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; fewer only at the end."""
        ...

    def seek(self, offset: int, /) -> int:
        """Go to `offset` from the beginning."""
        ...

    def tell(self) -> int:
        """Where the next read begins."""
        ...


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
    result: Matrix[int] | None
    """Counts by question and choice, the blank first; None while there is none."""


def verify_archive(stream: SeekableStream, progress: Progress | None = None) -> Report:
    """Verify a whole archive; raise Refused, saying which check failed and where.

    `progress` is called with the number of bytes read so far. Memory grows by some
    hundred bytes a voter and a ballot, and holds at most one event's records.
    """
    reader = _Reader(stream)
    try:
        for found in read_records(stream):
            reader.take(found)
            if progress is not None:
                progress(reader.position)
        return reader.report()
    except BeleniosError as error:
        raise Refused(error, reader.where) from error


def _tar_size(found: Record) -> int:
    return BLOCK + len(found.body) + -len(found.body) % BLOCK


@dataclass
class _Reader:
    """Puts records together into events and feeds them to the replay."""

    stream: SeekableStream
    position: int = 0
    where: str = "the first record"
    height: int = 0
    head: str | None = None
    data: list[Record] = field(default_factory=list[Record])

    def __post_init__(self) -> None:
        self._start = self.stream.tell()
        self._replay = Replay(reread=self._reread)
        self._handlers: dict[EventType, Callable[[list[str]], None]] = {
            EventType.SETUP: self._replay.set_up,
            EventType.END_BALLOTS: self._replay.end_ballots,
            EventType.ENCRYPTED_TALLY: self._replay.accept_tally,
            EventType.PARTIAL_DECRYPTION: self._replay.accept_partial_decryption,
            EventType.RESULT: self._replay.accept_result,
        }

    def take(self, found: Record) -> None:
        """The next record of the archive."""
        first = self.position == 0
        self.position += _tar_size(found)
        if first:
            return
        if check_name(found):
            self._take_event(found)
        else:
            self.data.append(found)
            if len(self.data) > MOST_DATA_RECORDS:
                raise InvalidBoard("data that no event refers to")

    def _take_event(self, found: Record) -> None:
        event = Event.parse(read_text(found.body))
        self.where = f"event {self.height} ({event.type.value})"
        check_link(event, self.head, self.height)
        self._check_payload(event)
        self._apply(event.type, [read_text(data.body) for data in self.data], found)
        self.data.clear()
        self.head = hex_hash(found.body)
        self.where = f"after event {self.height} ({event.type.value})"
        self.height += 1

    def _check_payload(self, event: Event) -> None:
        if len(self.data) != DATA_RECORDS[event.type]:
            raise InvalidBoard("data missing, or data that no event refers to")
        payload = hex_hash(self.data[-1].body) if self.data else None
        if event.payload != payload:
            raise InvalidBoard("the payload is not the data before the event")

    def _apply(self, kind: EventType, texts: list[str], event: Record) -> None:
        self._replay.enter(kind)
        if kind is EventType.BALLOT:
            self._replay.accept_ballot(texts[0], self._place_before(event))
        else:
            self._handlers[kind](texts)

    def _place_before(self, event: Record) -> tuple[int, int]:
        """Where the last data record's body lies: in front of the event."""
        ballot = self.data[-1]
        start = self.position - _tar_size(event) - _tar_size(ballot)
        return start + BLOCK, len(ballot.body)

    def _reread(self, place: tuple[int, int]) -> str:
        offset, size = place
        self.stream.seek(self._start + offset)
        body = self.stream.read(size)
        self.stream.seek(self._start + self.position)
        return read_text(body)

    def report(self) -> Report:
        """The counts, once the archive has ended where it may."""
        self.where = "the end of the archive"
        if self.head is None or self.data:
            raise InvalidBoard("it ends before its event")
        replay = self._replay
        return Report(
            uuid=replay.election.uuid,
            name=replay.election.name,
            group=replay.election.group.name,
            fingerprint=replay.election.fingerprint,
            phase=replay.phase,
            voters=replay.voters,
            trustees=replay.trustees.count,
            ballots=replay.ballots,
            counted=replay.tally.num_tallied,
            replaced=replay.ballots - replay.tally.num_tallied,
            total_weight=replay.tally.total_weight,
            partial_decryptions=len(replay.partial_decryptions),
            height=self.height - 1,
            head=self.head,
            result=replay.result,
        )
