"""The figures as people read them: a table in the terminal, a page in docs/."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from rich.table import Table

from tools.bench.contenders import KERNEL, STEPS
from tools.bench.figures import Times
from tools.bench.limits import Finding

Measured = Mapping[str, Mapping[str, Times]]
PACKAGES = ("numba", "numpy", "pynacl", "gmpy2")

ABOUT = """\
# Benchmarks

`make bench` wrote this page: every figure is of one run on one machine, one core each,
in seconds of processor time. The contenders take turns, and a ratio is that of one
turn: the median of all turns, with the lowest and the highest beside it.

| column | what it is |
|---|---|
| Ed25519, kernel | `belenios/` with the numba kernel, as services and verifier use it |
| Ed25519, PyNaCl | the same without the kernel: libsodium, call by call |
| BELENIOS-2048 | `belenios/` in the 2048-bit group, over GMP |
| belenios-tool 2.0, BELENIOS-2048 | Debian's reference tool, which knows no Ed25519 |

Read across groups with care. The first two columns and the last two do the same work;
between them lies the change of group, which is the election's choice and not the
program's merit: an Ed25519 ballot is a third as long and its powers are cheaper.

* *create* meets secrets, so it is PyNaCl in both Ed25519 columns. The tool's includes
  a check of the ballot it made.
* *verify* and *aggregate* are per ballot. The tool's are what four ballots take beside
  one, divided by three; it checks the ballots again each time it adds them up.
* *partial decryption* meets a secret too. The tool's, and its *result*, include
  reading and checking a board of four ballots.
"""


def processor() -> str:
    """The model as the machine reports it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def environment() -> str:
    """The machine and the versions, in one line each."""
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {version(name)}" for name in PACKAGES]
    return f"{processor()}, {os.cpu_count()} cores\n\n{', '.join(versions)}\n"


def seconds(time: float) -> str:
    """A duration with three digits, in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if time >= size:
            return f"{time / size:.3g} {unit}"
    return f"{time * 1e6:.3g} µs"


def cells(measured: Measured, step: str) -> list[str]:
    """A step's times, each with its ratio to the kernel's where that is not one."""
    first = measured.get(KERNEL)
    written: list[str] = []
    for name, times in measured.items():
        text = seconds(times[step].median)
        if first is not None and name != KERNEL:
            text += f", {first[step].ratio_to(times[step])}"
        written.append(text)
    return written


def as_table(candidates: int, measured: Measured) -> Table:
    """For the terminal."""
    table = Table("step", *measured, title=f"{candidates} candidates, choose up to 10")
    for step in STEPS:
        table.add_row(step, *cells(measured, step))
    return table


def as_page(runs: Mapping[int, Measured], findings: Iterable[Finding]) -> str:
    """For docs/benchmarks.md."""
    parts = [ABOUT, "## The machine\n", environment()]
    for candidates, measured in runs.items():
        parts.append(f"## {candidates} candidates, choose up to 10\n")
        parts.append(_markdown(["step", *measured], _rows(measured)))
    parts.append("## What must hold (`primaries bench --check`)\n")
    rows = [
        [one.claim, one.found, "yes" if one.holds else "**no**"] for one in findings
    ]
    parts.append(_markdown(["claim", "found", "holds"], rows))
    return "\n".join(parts)


def _rows(measured: Measured) -> list[list[str]]:
    return [[step, *cells(measured, step)] for step in STEPS]


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
