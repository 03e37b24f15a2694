"""`primaries verify`: check archives of boards, offline, with the protocol alone."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from belenios.checking import Checker
from belenios.errors import Refused, UnusableCopy
from belenios.growth import check_growth
from belenios.verification import Report, verify_archive
from tools.checkers import checkers

ACCEPTED, REFUSED, UNUSABLE = 0, 1, 2
SMALL = 4 * 2**20
HEAD = re.compile(r"[0-9a-f]{64}", re.ASCII)

Show: TypeAlias = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one archive."""

    archive: str
    status: int
    report: Report | None = None
    check: str = ""
    where: str = ""
    message: str = ""

    def as_json(self) -> str:
        """One line for machines."""
        facts: dict[str, object] = {
            "archive": self.archive,
            "accepted": self.status == ACCEPTED,
        }
        if self.report is None:
            facts |= {"check": self.check, "where": self.where, "message": self.message}
        else:
            facts |= asdict(self.report)
        return json.dumps(facts, ensure_ascii=False)

    def as_line(self) -> str:
        """One line for people, in rich's markup."""
        archive = escape(self.archive)
        if self.report is not None:
            return f"[green]accepted[/] {archive}: {escape(_describe(self.report))}"
        word = "[red]refused[/]" if self.status == REFUSED else "[yellow]unusable[/]"
        return f"{word} {archive}: {escape(self.message)}"


def _describe(report: Report) -> str:
    result = "no result yet" if report.result is None else f"result {report.result}"
    trusted = f"{report.trusted} events only hashed; " if report.trusted else ""
    return (
        f"{trusted}{report.ballots} ballots on the board, {report.counted} counted, "
        f"{report.replaced} replaced by a revote; {report.group}; "
        f"{report.trustees} trustees; fingerprint {report.fingerprint}; "
        f"head {report.head}; tree {report.tree}; board {report.phase.value}, {result}"
    )


@click.command("verify")
@click.argument(
    "archives", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--since",
    metavar="HEAD",
    help="The head that an earlier verification showed: what lies before it is only "
    "hashed and linked.",
)
@click.option(
    "--against",
    metavar="OLDER.bel",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An older copy, of which ARCHIVE must be the continuation.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="the cores",
    help="Processes that check ballots.",
)
def verify(
    *,
    archives: tuple[Path, ...],
    as_json: bool,
    since: str | None,
    against: Path | None,
    jobs: int,
) -> None:
    """Verify boards: every event, ballot, proof, sum and result in each ARCHIVE.

    Exit code 0 when all are accepted, 1 when one is refused, 2 when one cannot be
    read. Nothing but the archive is needed: no network, no database, no trust.
    """
    _check_options(archives, since, against)
    output = Console(highlight=False, soft_wrap=True)
    worst = ACCEPTED
    with checkers(jobs if _are_large(archives) else 1) as checker:
        for archive in archives:
            verdict = judge(archive, since=since, against=against, checker=checker)
            if as_json:
                click.echo(verdict.as_json())
            else:
                output.print(verdict.as_line())
            worst = max(worst, verdict.status)
    sys.exit(worst)


def _are_large(archives: tuple[Path, ...]) -> bool:
    """Small archives are checked before other processes would have started."""
    present = (archive for archive in archives if archive.is_file())
    return sum(archive.stat().st_size for archive in present) > SMALL


def _check_options(
    archives: tuple[Path, ...], since: str | None, against: Path | None
) -> None:
    if len(archives) > 1 and (since is not None or against is not None):
        raise click.UsageError("--since and --against speak of one archive")
    if since is not None and not HEAD.fullmatch(since):
        raise click.UsageError("HEAD has 64 lower-case hexadecimal digits")


def judge(
    archive: Path,
    *,
    since: str | None = None,
    against: Path | None = None,
    checker: Checker | None = None,
) -> Verdict:
    """Verify one archive and say what became of it."""
    about = str(archive)
    try:
        if against is not None:
            _compare(archive, against)
        with archive.open("rb") as stream, _progress(archive) as show:
            # A pipe cannot be read twice, as a revote needs: that is an OSError.
            stream.seek(0)
            report = verify_archive(stream, show, since=since, checker=checker)
    except OSError as error:
        message = f"{error.filename or 'it'} cannot be read: {error.strerror or error}"
        return _unusable(about, "Unreadable", message)
    except BrokenExecutor:
        return _unusable(about, "Interrupted", "a process that checked ballots died")
    except UnusableCopy as error:
        return _unusable(about, error.code, str(error))
    except Refused as refused:
        return Verdict(
            archive=about,
            status=REFUSED,
            check=refused.code,
            where=refused.where,
            message=f"{refused.where}: {refused.cause}",
        )
    return Verdict(archive=about, status=ACCEPTED, report=report)


def _compare(archive: Path, older: Path) -> None:
    with older.open("rb") as before, archive.open("rb") as after:
        check_growth(before, after)


def _unusable(archive: str, check: str, message: str) -> Verdict:
    return Verdict(archive=archive, status=UNUSABLE, check=check, message=message)


@contextmanager
def _progress(archive: Path) -> Iterator[Show]:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(escape(archive.name), total=archive.stat().st_size)
        yield lambda position: bar.update(task, completed=position)
