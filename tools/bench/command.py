"""`primaries bench`: how fast the protocol is here, beside the reference tool."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console

from belenios.kernel import warm_up
from tools.bench.contenders import contenders
from tools.bench.figures import measure
from tools.bench.limits import (
    CANDIDATES,
    Finding,
    Measured,
    check_aggregation,
    check_archive,
    check_logarithm,
    check_ratios,
)
from tools.bench.report import as_page, as_table, processor

PAGE = Path("docs/benchmarks.md")
KEPT = Path("var/bench")
#: rounds for each number of candidates
ROUNDS = {CANDIDATES: 7, 200: 3}


@click.command("bench")
@click.option(
    "--check", is_flag=True, help="Only what must hold; exit code 1 where it does not."
)
@click.option(
    "--archive",
    is_flag=True,
    help="Also verify an archive of 10,000 ballots (made once, under var/bench).",
)
def bench(*, check: bool, archive: bool) -> None:
    """Measure every step of an election, side by side, and write docs/benchmarks.md.

    The reference, belenios-tool, takes part where it is installed.
    """
    console = Console(soft_wrap=True)
    warm_up()
    console.print(processor())
    sizes = [CANDIDATES] if check else list(ROUNDS)
    runs = {candidates: _run(console, candidates) for candidates in sizes}
    findings = _findings(runs[CANDIDATES], archive=archive)
    for finding in findings:
        console.print(str(finding), highlight=False)
    if not check:
        PAGE.write_text(as_page(runs, findings), encoding="utf-8")
        console.print(f"written to {PAGE}")
    elif not all(finding.holds for finding in findings):
        sys.exit(1)


def _run(console: Console, candidates: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="primaries-bench-") as folder:
        prepared = contenders(candidates, Path(folder))
        measured = measure(prepared, ROUNDS[candidates])
    console.print(as_table(candidates, measured))
    return measured


def _findings(measured: Measured, *, archive: bool) -> list[Finding]:
    findings = [*check_ratios(measured), check_aggregation(), check_logarithm()]
    if archive:
        findings.append(check_archive(KEPT))
    return findings
