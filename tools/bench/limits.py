"""What must hold, whatever machine it is measured on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from belenios.ballots import check_ballot
from belenios.discrete_log import discrete_logs
from belenios.tally import EncryptedTally
from tools.bench.archive import Verification, large_archive, verify
from tools.bench.contenders import KERNEL, PYNACL, REFERENCE, VERIFY
from tools.bench.elections import Sample
from tools.bench.figures import Times, timed

LEAST_OVER_PYNACL, LEAST_OVER_REFERENCE = 4, 15
BALLOTS, CANDIDATES, TOTAL = 10_000, 50, 1_000_000
AGGREGATION_SECONDS, LOGARITHM_SECONDS = 6, 0.005
ARCHIVE_CORES, ARCHIVE_SECONDS, ARCHIVE_MEGABYTES = 2, 180, 300
#: different ballots that are added again and again
DIFFERENT = 20

Measured = dict[str, dict[str, Times]]


@dataclass(frozen=True)
class Finding:
    """Something that must hold, what was found, and whether it does."""

    claim: str
    found: str
    holds: bool

    def __str__(self) -> str:
        return f"{'ok    ' if self.holds else 'MISSED'} {self.claim}: {self.found}"


def check_ratios(measured: Measured) -> Iterator[Finding]:
    """The kernel against PyNaCl and the reference, verifying 50 candidates."""
    limits = {PYNACL: LEAST_OVER_PYNACL, REFERENCE: LEAST_OVER_REFERENCE}
    for other, least in limits.items():
        claim = f"verifying a ballot, {least} times faster than {other}"
        absent = [name for name in (KERNEL, other) if name not in measured]
        if absent:
            yield Finding(claim, f"{absent[0]} is not here", holds=False)
            continue
        ratio = measured[KERNEL][VERIFY].ratio_to(measured[other][VERIFY])
        yield Finding(claim, str(ratio), holds=ratio.median >= least)


def check_aggregation() -> Finding:
    """Decoded ballots are added up."""
    sample = Sample("Ed25519", CANDIDATES, DIFFERENT)
    election = sample.election
    decoded = [
        check_ballot(election, sample.create(voter)).ciphertexts
        for voter in range(DIFFERENT)
    ]
    total = EncryptedTally(election)

    def add_all() -> None:
        for number in range(BALLOTS):
            total.add(decoded[number % DIFFERENT])

    seconds = timed(add_all)
    claim = f"{BALLOTS} decoded ballots added up in {AGGREGATION_SECONDS} s"
    return Finding(claim, f"{seconds:.2f} s", holds=seconds < AGGREGATION_SECONDS)


def check_logarithm() -> Finding:
    """The largest total is found."""
    group = Sample("Ed25519", CANDIDATES, 1).election.group
    power = group.power_g(TOTAL)
    rounds = [timed(lambda: discrete_logs(group, [power], TOTAL), 20) for _ in range(5)]
    seconds = Times(tuple(rounds)).median
    claim = f"a total of {TOTAL} found in {LOGARITHM_SECONDS * 1000:.0f} ms"
    found = f"{seconds * 1000:.2f} ms"
    return Finding(claim, found, holds=seconds < LOGARITHM_SECONDS)


def check_archive(folder: Path) -> Finding:
    """A large archive is verified."""
    archive = large_archive(folder, BALLOTS, CANDIDATES)
    taken = verify(archive, ARCHIVE_CORES)
    claim = (
        f"{BALLOTS} ballots of {CANDIDATES} verified on {ARCHIVE_CORES} cores "
        f"in {ARCHIVE_SECONDS} s and {ARCHIVE_MEGABYTES} MB"
    )
    return Finding(claim, _describe(taken), holds=_suffices(taken))


def _suffices(taken: Verification) -> bool:
    return (
        taken.accepted
        and taken.ballots == BALLOTS
        and taken.seconds < ARCHIVE_SECONDS
        and taken.megabytes < ARCHIVE_MEGABYTES
    )


def _describe(taken: Verification) -> str:
    word = "accepted" if taken.accepted else "refused"
    return f"{word} after {taken.seconds:.0f} s, {taken.megabytes:.0f} MB"
