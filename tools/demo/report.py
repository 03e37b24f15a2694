"""What the audience sees: headings, progress, readable tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

Item = TypeVar("Item")


class Report:
    """Tells what happens."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def act(self, title: str, when: str) -> None:
        """A part of the calendar begins."""
        self._console.print(f"\n[bold]{title}[/]  [dim]{when}[/]")

    def say(self, text: str) -> None:
        """One line."""
        self._console.print(f"  {text}")

    def picture(self, lines: Sequence[str]) -> None:
        """A picture of block characters, dark on light whatever the terminal is."""
        for line in lines:
            self._console.print(Text(line, style="black on bright_white"))

    def table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Rows under their headings; numbers stand to the right."""
        listed = [list(row) for row in rows]
        table = Table(
            title=title,
            title_justify="left",
            title_style="italic",
            min_width=len(title) + 2,  # a title is one line
        )
        for number, column in enumerate(columns):
            numeric = all(isinstance(row[number], int | float) for row in listed)
            table.add_column(column, justify="right" if numeric and listed else "left")
        for row in listed:
            table.add_row(*(_text(cell) for cell in row))
        self._console.print(table)

    def progress(self, title: str, items: Iterable[Item], total: int) -> Iterator[Item]:
        """The items one by one; on a terminal with a bar that shows how far it is."""
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        hidden = not self._console.is_terminal
        with Progress(
            *columns, console=self._console, transient=True, disable=hidden
        ) as bar:
            yield from bar.track(items, total=total, description=title)
        self.say(f"{title}: {total}")


def _text(cell: object) -> str:
    return f"{cell:.1%}" if isinstance(cell, float) else str(cell)
