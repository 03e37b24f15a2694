"""The second check of every ballot, and the running sum of those that count.

Pure and slow: it runs beside the event hub, never inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from belenios.ballots import CheckedBallot, check_ballot, outline, read_ciphertexts
from belenios.board import Entry, EventType, ballot_records, end_ballots
from belenios.election import Election
from belenios.errors import (
    BeleniosError,
    InvalidBoard,
    RepeatedBallot,
    UnknownCredential,
)
from belenios.tally import EncryptedTally


@dataclass(frozen=True, kw_only=True)
class Written:
    """A record as voting wrote it on the board."""

    height: int
    type: str
    hash: str
    event: str
    data: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Records that follow each other on a board, and what they follow."""

    election: Election
    head: str
    has_ended: bool
    records: Sequence[Written]


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """Where a check failed, and at what."""

    height: int
    reason: str


@dataclass(kw_only=True)
class Verdict:
    """How far a stretch is good, and where it ceases to be."""

    good: list[tuple[Written, CheckedBallot | None]] = field(default_factory=list)
    dispute: Dispute | None = None

    @property
    def ballots(self) -> list[CheckedBallot]:
        """The ballots that passed."""
        return [ballot for _, ballot in self.good if ballot]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the board's earlier records say about the ballots of a stretch."""

    #: the height of the ballot that counts so far, by credential of the roll
    heights: Mapping[str, int | None]
    #: the texts of those ballots, by height
    texts: Mapping[int, str]
    #: heights whose ballot stands on the board at a lower height already
    repeated: frozenset[int]


@dataclass(kw_only=True)
class Progress:
    """The running sum after a stretch, and where each credential's ballot lies."""

    height: int
    head: str
    tally: str
    sized: str
    heights: dict[str, int] = field(default_factory=dict)
    dispute: Dispute | None = None


def check_stretch(stretch: Stretch) -> Verdict:
    """Check the chain and every proof, up to the first record that fails."""
    verdict, head, ended = Verdict(), stretch.head, stretch.has_ended
    for record in stretch.records:
        try:
            if ended:
                raise InvalidBoard("a record after the end of ballots")
            _check_place(record, head)
            verdict.good.append((record, _checked_ballot(stretch.election, record)))
        except BeleniosError as error:
            reason = f"{error.code}: {error}"
            verdict.dispute = Dispute(height=record.height, reason=reason)
            break
        head, ended = record.hash, record.type == EventType.END_BALLOTS.value
    return verdict


def _check_place(record: Written, parent: str) -> None:
    """Written anew after its parent, the record must be byte for byte the same."""
    entry = _entry(record, parent)
    if (entry.event.decode(), entry.hash) != (record.event, record.hash):
        raise InvalidBoard("the event does not continue the chain")


def _entry(record: Written, parent: str) -> Entry:
    if record.type == EventType.BALLOT.value and len(record.data) == 1:
        return ballot_records(parent, record.height, record.data[0])
    if record.type == EventType.END_BALLOTS.value and not record.data:
        return end_ballots(parent, record.height)
    raise InvalidBoard("voting writes ballots and their end, nothing else")


def _checked_ballot(election: Election, record: Written) -> CheckedBallot | None:
    if record.type == EventType.END_BALLOTS.value:
        return None
    return check_ballot(election, record.data[0])


def add_up(
    stretch: Stretch, verdict: Verdict, known: Known, *, tally: str, sized: str
) -> Progress:
    """Add the good ballots to the running sum; a revote replaces the earlier one.

    Stops at a ballot whose credential is not on the roll, or that was there before.
    """
    total = EncryptedTally.resume(stretch.election, tally, sized)
    counted = _Counted(stretch.election, known, total)
    progress = Progress(
        height=stretch.records[0].height - 1,
        head=stretch.head,
        tally=tally,
        sized=sized,
        dispute=verdict.dispute,
    )
    for record, ballot in verdict.good:
        try:
            if ballot:
                counted.add(record.height, ballot)
        except BeleniosError as error:
            reason = f"{error.code}: {error}"
            progress.dispute = Dispute(height=record.height, reason=reason)
            break
        progress.height, progress.head = record.height, record.hash
    progress.tally, progress.sized = total.to_json(), total.sized_json()
    progress.heights = counted.heights
    return progress


class _Counted:
    """Which ballots of this stretch count, while it is gone through."""

    def __init__(self, election: Election, known: Known, total: EncryptedTally) -> None:
        self._election = election
        self._known = known
        self._total = total
        self._fresh: dict[str, CheckedBallot] = {}
        self.heights: dict[str, int] = {}

    def add(self, height: int, ballot: CheckedBallot) -> None:
        """Count a ballot instead of its credential's earlier one."""
        if ballot.credential not in self._known.heights:
            raise UnknownCredential
        if height in self._known.repeated:
            raise RepeatedBallot
        self._take_out_earlier(ballot.credential)
        self._total.add(ballot.ciphertexts)
        self._fresh[ballot.credential] = ballot
        self.heights[ballot.credential] = height

    def _take_out_earlier(self, credential: str) -> None:
        earlier = self._known.heights[credential]
        if credential in self._fresh:
            self._total.subtract(self._fresh[credential].ciphertexts)
        elif earlier is not None:
            text = self._known.texts[earlier]
            self._total.subtract(read_ciphertexts(self._election, text))


class Recount:
    """The sum made again from the published ballots alone, newest first."""

    def __init__(self, election: Election) -> None:
        self._election = election
        self._seen: set[str] = set()
        self._total = EncryptedTally(election)
        self.ballots = 0

    def add(self, texts: Iterable[str]) -> None:
        """Go on with older ballots; only a credential's newest counts."""
        for text in texts:
            self.ballots += 1
            credential = outline(text).credential
            if credential not in self._seen:
                self._seen.add(credential)
                self._total.add(read_ciphertexts(self._election, text))

    @property
    def voters(self) -> int:
        """How many credentials have a ballot."""
        return len(self._seen)

    def sums(self) -> tuple[str, str]:
        """The encrypted tally and its counts, as they are published."""
        return self._total.to_json(), self._total.sized_json()
