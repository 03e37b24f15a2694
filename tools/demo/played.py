"""What has happened so far, as those who took part know it.

The platform is never asked for it: in the end both accounts must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tools.demo.cast import Nominee

#: for each question of a board: the blank flag, then a 0 or 1 for each answer
Votes: TypeAlias = list[list[int]]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody chose, and on which board."""

    board: str
    votes: Votes


@dataclass(kw_only=True)
class Played:
    """The demonstration's own account."""

    #: by nomination, then by candidacy
    nominations: dict[str, Nominee] = field(default_factory=dict)
    candidacies: dict[str, Nominee] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    suggestions: list[str] = field(default_factory=list)
    #: the platform's description of each board's election
    elections: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    #: the last choice of everybody who voted online, by national number
    choices: dict[str, Choice] = field(default_factory=dict)
    trackers: dict[str, str] = field(default_factory=dict)
    #: the counts of the station's protocol, by contest
    paper: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: what was tried and rightly refused: the attempt and the problem's code
    refused: list[tuple[str, str]] = field(default_factory=list)
    #: the trustees' folders, which never leave this machine
    trustees: list[Path] = field(default_factory=list)
