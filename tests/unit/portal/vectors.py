"""What Python makes of fixed seeds, for the browser's code to make again.

    python -m tests.unit.portal.vectors

writes the files anew. They change only when the format does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from belenios.ballots import create_opened_ballot, tracker
from belenios.credentials import derive
from belenios.election import Election, Question, make_election
from belenios.group import get_group
from belenios.merkle import (
    Frontier,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)
from belenios.spoiled import opening_json
from tests.unit.portal.seeds import seeded

FOLDER = Path(__file__).parents[2] / "vectors" / "portal"
UUID = "11111111111111"
CREDENTIAL = "2NE-fZH-L34-mQx-7YX"
PICK = Question(question="Екеуін таңдаңыз", answers=("Әсел", "B\x7f"), min=0, max=2)
BLANK = Question(
    question='One "or" blank', answers=("A", "B", "C"), min=1, max=1, blank=True
)
VOTES = {
    "two answers and a blank": [[1, 1], [1, 0, 0, 0]],
    "no answer and one": [[0, 0], [0, 0, 1, 0]],
}
SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 13)


def election(group_name: str) -> Election:
    """Always the same; nobody needs its private key."""
    group = get_group(group_name)
    text = make_election(
        uuid=UUID,
        group=group_name,
        public_key=group.encode(group.power_g(987654321987654321)),
        name="Праймериз «Ә»",
        description='with "quotes" \\ and \n lines',
        questions=[PICK, BLANK],
        administrator="Commission",
    )
    return Election.parse(text)


def sealed(group_name: str, name: str) -> dict[str, Any]:
    """A ballot with all that it was made of."""
    about = election(group_name)
    key = derive(about.group, about.uuid, CREDENTIAL)
    seed = f"{group_name}, {name}"
    ballot, openings = create_opened_ballot(about, key, VOTES[name], seeded(seed))
    return {
        "name": seed,
        "election": about.raw,
        "credential": CREDENTIAL,
        "public": key.public,
        "votes": VOTES[name],
        "seed": seed,
        "ballot": ballot,
        "tracker": tracker(ballot),
        "opening": opening_json(openings),
    }


def ballots() -> list[dict[str, Any]]:
    """In each group, a ballot for each of the votes."""
    return [
        sealed(group, name) for group in ("Ed25519", "BELENIOS-2048") for name in VOTES
    ]


def trees() -> dict[str, Any]:
    """Roots, and paths of inclusion and growth, of trees of several sizes."""
    events = [f"event {number}".encode() for number in range(max(SIZES))]
    leaves = [leaf_hash(event) for event in events]
    return {
        "events": [event.decode() for event in events],
        "roots": {size: root_of(leaves[:size]).hex() for size in SIZES},
        "empty": Frontier().root.hex(),
        "inclusion": [
            {
                "index": index,
                "size": size,
                "path": [node.hex() for node in prove_inclusion(leaves[:size], index)],
            }
            for size in SIZES
            for index in range(size)
        ],
        "consistency": [
            {
                "older": older,
                "newer": newer,
                "path": [
                    node.hex() for node in prove_consistency(leaves[:newer], older)
                ],
            }
            for newer in SIZES
            for older in SIZES
            if older <= newer
        ],
    }


FILES = {"ballots.json": ballots, "trees.json": trees}


def written(name: str) -> str:
    """The content of a file of vectors."""
    return json.dumps(FILES[name](), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in FILES:
        (FOLDER / name).write_text(written(name), encoding="utf-8")
