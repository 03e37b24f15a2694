"""Tables with a row a question and a cell a choice: tallies, factors, results."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from belenios.election import Election
from belenios.elgamal import Ciphertext
from belenios.encoding import Json, array, loads

Cell = TypeVar("Cell")
Matrix: TypeAlias = list[list[Cell]]


def parse_matrix(
    election: Election, value: Json, read: Callable[[Json], Cell]
) -> Matrix[Cell]:
    """Read a table of the shape of the election's questions; raise Malformed."""
    rows = array(value, len(election.questions))
    return [
        [read(cell) for cell in array(row, question.choices)]
        for row, question in zip(rows, election.questions, strict=True)
    ]


def parse_tally(election: Election, text: str) -> Matrix[Ciphertext]:
    """Read an encrypted tally (section 4.16); it may be the sum of no ballots."""

    def read(cell: Json) -> Ciphertext:
        return Ciphertext.parse(election.group, cell, identity=True)

    return parse_matrix(election, loads(text), read)
