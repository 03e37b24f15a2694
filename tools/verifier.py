"""`primaries verify`: check archives of boards, offline, with the protocol alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

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

from belenios.errors import Refused
from belenios.verification import Report, verify_archive

ACCEPTED, REFUSED, UNUSABLE = 0, 1, 2

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
    return (
        f"{report.ballots} ballots on the board, {report.counted} counted, "
        f"{report.replaced} replaced by a revote; {report.group}; "
        f"{report.trustees} trustees; fingerprint {report.fingerprint}; "
        f"head {report.head}; board {report.phase.value}, {result}"
    )


@click.command("verify")
@click.argument(
    "archives", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def verify(*, archives: tuple[Path, ...], as_json: bool) -> None:
    """Verify boards: every event, ballot, proof, sum and result in each ARCHIVE.

    Exit code 0 when all are accepted, 1 when one is refused, 2 when one cannot be
    read. Nothing but the archive is needed: no network, no database, no trust.
    """
    output = Console(highlight=False, soft_wrap=True)
    worst = ACCEPTED
    for archive in archives:
        verdict = judge(archive)
        if as_json:
            click.echo(verdict.as_json())
        else:
            output.print(verdict.as_line())
        worst = max(worst, verdict.status)
    sys.exit(worst)


def judge(archive: Path) -> Verdict:
    """Verify one archive and say what became of it."""
    try:
        with archive.open("rb") as stream, _progress(archive) as show:
            report = verify_archive(_checked(stream), show)
    except OSError as error:
        message = f"it cannot be read: {error.strerror or error}"
        return Verdict(
            archive=str(archive), status=UNUSABLE, check="Unreadable", message=message
        )
    except Refused as refused:
        return Verdict(
            archive=str(archive),
            status=REFUSED,
            check=refused.code,
            where=refused.where,
            message=f"{refused.where}: {refused.cause}",
        )
    return Verdict(archive=str(archive), status=ACCEPTED, report=report)


def _checked(stream: BinaryIO) -> BinaryIO:
    """A pipe cannot be read twice, as a revote needs: say so as an OSError."""
    stream.seek(0)
    return stream


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
