"""A large archive, made once and kept, and what verifying it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from belenios.ballots import read_ciphertexts
from belenios.kernel import warm_up
from belenios.matrices import parse_tally
from belenios.tally import EncryptedTally, sized_tally_json
from tools.bench.elections import BoardWriter, Sample

#: ballots that a process makes at a time
CHUNK = 50
MEGABYTE = 2**20
PAGE = os.sysconf("SC_PAGE_SIZE")


def large_archive(folder: Path, ballots: int, candidates: int) -> Path:
    """An Ed25519 archive of so many ballots, all cores at work; made if missing."""
    path = folder / f"{ballots}-ballots-of-{candidates}.bel"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as stream:
            for written in _write(Sample("Ed25519", candidates, ballots)):
                stream.write(written)
        unfinished.rename(path)
    return path


def _write(sample: Sample) -> Iterator[bytes]:
    writer, total = BoardWriter(sample), EncryptedTally(sample.election)
    warm_up()
    for ballots, tally in _made(sample):
        for ballot in ballots:
            writer.ballot(ballot)
        total.add(parse_tally(sample.election, tally))
        yield writer.take()
    tally = total.to_json()
    part = sample.decrypt(tally)
    writer.tally(tally, sized_tally_json(sample.voters, sample.voters, tally))
    writer.part(part)
    writer.result(sample.result(tally, part, sample.voters))
    yield writer.take()


def _made(sample: Sample) -> Iterator[tuple[list[str], str]]:
    """Chunks of ballots with their sums, in the order of the voters."""
    chunks = iter(range(0, sample.voters, CHUNK))
    # A forked process has the sample's thousands of keys without being told them.
    with ProcessPoolExecutor(
        mp_context=get_context("fork"), initializer=_prepare, initargs=(sample,)
    ) as pool:
        ahead = islice(chunks, 2 * len(os.sched_getaffinity(0)))
        waiting = [pool.submit(_make, chunk) for chunk in ahead]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(_make, chunk) for chunk in islice(chunks, 1)]


_prepared: dict[str, Sample] = {}


def _prepare(sample: Sample) -> None:
    _prepared["sample"] = sample


def _make(first: int) -> tuple[list[str], str]:
    sample = _prepared["sample"]
    last = min(first + CHUNK, sample.voters)
    ballots = [sample.create(voter) for voter in range(first, last)]
    total = EncryptedTally(sample.election)
    for ballot in ballots:
        total.add(read_ciphertexts(sample.election, ballot))
    return ballots, total.to_json()


@dataclass(frozen=True)
class Verification:
    """What `primaries verify` took for an archive."""

    accepted: bool
    ballots: int
    seconds: float
    """On the clock."""
    megabytes: float
    """The most that all its processes held together."""


def verify(archive: Path, jobs: int) -> Verification:
    """Run `primaries verify` on as many cores and watch it."""
    cores = sorted(os.sched_getaffinity(0))[:jobs]
    command = [*PRIMARIES, "verify", "--json", "--jobs", str(jobs), str(archive)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        os.sched_setaffinity(process.pid, cores)
        most = 0
        while process.poll() is None:
            most = max(most, _resident(process.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        assert process.stdout is not None
        report = json.loads(process.stdout.read())
    return Verification(
        accepted=report["accepted"],
        ballots=report.get("ballots", 0),
        seconds=seconds,
        megabytes=most / MEGABYTE,
    )


PRIMARIES = (sys.executable, "-c", "from tools.cli import main; main()")


def _resident(pid: int) -> int:
    """Bytes of memory that a process and those it started hold."""
    try:
        folder = Path(f"/proc/{pid}")
        pages = int((folder / "statm").read_text().split()[1])
        children = [
            int(child)
            for task in (folder / "task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except (OSError, ValueError):
        return 0
    return pages * PAGE + sum(map(_resident, children))
