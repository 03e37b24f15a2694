"""What is compared: each step of an election by each of those who can do it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from belenios.ballots import check_ballot
from belenios.kernel import kernel_available, use_kernel
from belenios.tally import EncryptedTally
from tools.bench.elections import Sample
from tools.bench.figures import Step, timed
from tools.bench.reference import Reference

KERNEL = "Ed25519, kernel"
PYNACL = "Ed25519, PyNaCl"
INTEGERS = "BELENIOS-2048"
REFERENCE = "belenios-tool 2.0, BELENIOS-2048"

CREATE, VERIFY, AGGREGATE, DECRYPT, RESULT = STEPS = (
    "create",
    "verify",
    "aggregate",
    "partial decryption",
    "result",
)
#: ballots that the reference verifies together, beside one that it verifies alone
BALLOTS = 3
#: a step of microseconds is repeated, for clocks are coarse
SHORT = 200

Contender = dict[str, Callable[[], float]]


def contenders(candidates: int, folder: Path) -> dict[str, Contender]:
    """Everybody present, prepared for elections of so many candidates."""
    fast = Sample("Ed25519", candidates, 1)
    large = Sample("BELENIOS-2048", candidates, BALLOTS + 1)
    found = {
        PYNACL: _ours(fast, kernel=False),
        INTEGERS: _ours(large, kernel=False),
    }
    if kernel_available():
        found = {KERNEL: _ours(fast, kernel=True), **found}
    if shutil.which("belenios-tool"):
        found[REFERENCE] = _reference(large, folder)
    return found


@contextmanager
def _kernel(*, used: bool) -> Iterator[None]:
    use_kernel(used)
    try:
        yield
    finally:
        use_kernel(wanted=True)


def _ours(sample: Sample, *, kernel: bool) -> Contender:
    with _kernel(used=kernel):
        ballot = sample.create(0)
        checked = check_ballot(sample.election, ballot)
        total = EncryptedTally(sample.election)
        total.add(checked.ciphertexts)
        tally = total.to_json()
        part = sample.decrypt(tally)
    steps: dict[str, tuple[Step, int]] = {
        CREATE: (partial(sample.create, 0), 1),
        VERIFY: (partial(check_ballot, sample.election, ballot), 10 if kernel else 3),
        AGGREGATE: (partial(total.add, checked.ciphertexts), SHORT if kernel else 5),
        DECRYPT: (partial(sample.decrypt, tally), 1),
        RESULT: (partial(sample.result, tally, part, 1), 1),
    }
    return {
        name: partial(_timed_with, step, times, kernel=kernel)
        for name, (step, times) in steps.items()
    }


def _timed_with(step: Step, times: int, *, kernel: bool) -> float:
    with _kernel(used=kernel):
        return timed(step, times)


def _reference(sample: Sample, folder: Path) -> Contender:
    """Per ballot: what several take together, less what one takes."""
    one, several = _boards(sample, folder)
    return {
        CREATE: partial(timed, several.create),
        VERIFY: partial(_each, one.verify, several.verify),
        AGGREGATE: partial(_each, one.tally, several.tally),
        DECRYPT: partial(timed, several.decrypt),
        RESULT: partial(timed, several.result),
    }


def _each(one: Step, several: Step) -> float:
    alone = timed(one)
    return (timed(several) - alone) / BALLOTS


def _boards(sample: Sample, folder: Path) -> tuple[Reference, Reference]:
    ballots = [sample.create(voter) for voter in range(BALLOTS + 1)]
    return (
        Reference(sample, folder / f"one-{sample.candidates}", ballots[:1]),
        Reference(sample, folder / f"several-{sample.candidates}", ballots),
    )
