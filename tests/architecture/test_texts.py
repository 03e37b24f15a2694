"""What is committed is finished, and depends on no particular machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.sources import ROOT, files_in, name_of

WRITTEN = {
    ".cfg", ".css", ".html", ".ini", ".j2", ".js", ".json", ".lock", ".md", ".mjs",
    ".py", ".sh", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip
UNFINISHED = re.compile(r"\b([T]ODO|[F]IXME|[N]otImplemented(Error)?)\b")
ONE_MACHINE = re.compile(r"(?<![\w.$}])/(root|home|Users)/")
ADDRESS = re.compile(r"\bhttps?://")


def texts() -> list[Path]:
    found = (path for path in files_in(ROOT, "*") if path.suffix in WRITTEN)
    return sorted(path for path in found if path.stat().st_size < 1_000_000)


@pytest.mark.parametrize(
    "refused", [UNFINISHED, ONE_MACHINE], ids=["unfinished work", "somebody's folders"]
)
def test_nothing_is_left_that_others_could_not_use(refused: re.Pattern[str]):
    assert lines_with(refused, texts()) == set()


def test_where_packages_come_from_is_left_to_each_machine():
    asks = {".lock", ".sh", ".toml"}
    names = {"Makefile", "run", "package.json", "package-lock.json"}
    paths = files_in(ROOT, "*")
    asking = [path for path in paths if path.suffix in asks or path.name in names]

    assert lines_with(ADDRESS, asking) == set()


def lines_with(refused: re.Pattern[str], paths: list[Path]) -> set[str]:
    return {
        f"{name_of(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if refused.search(line)
    }
