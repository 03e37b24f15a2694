"""Two primaries side by side: in one people vote, in the other they are nominated.

Both are the small party's, with people invented for the siege; the second one's dates
are moved so that its nominations are open while the first one votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.definition import Definition, parse_definition
from tests.deploy.topology import PRIMARY
from tools.definitions import load_definition_file
from tools.demo.options import Options
from tools.demo.sizes import Size

CANDIDATES = 4  # in a contest: the bus, not the proofs, is the load
_REGIONS = 4
_LATER = timedelta(days=35)
_COUNT = {
    "tie_lot": "2022-03-14T19:00:00Z",
    "publication": "2022-03-14T22:00:00Z",
    "complaints_end": "2022-03-21T18:00:00Z",
}


@dataclass(frozen=True, kw_only=True)
class SiegeOptions(Options):
    """The demonstration's options, for a primary of another size."""

    scale: str = "siege"
    size_of_siege: Size

    @property
    def size(self) -> Size:
        """How much is played."""
        return self.size_of_siege


def where_people_vote() -> Definition:
    """The primary whose ballots are counted in the end."""
    document = _document("siege-vote", "The vote under siege")
    document["calendar"]["instants"] |= _COUNT
    return parse_definition(document)


def where_people_stand() -> Definition:
    """The primary whose nominations go on meanwhile."""
    document = _document("siege-nominations", "Nominations under siege")
    document["calendar"] = _moved(document["calendar"])
    return parse_definition(document)


def size_of_the_vote(voters: int) -> Size:
    """As many voters in all, in four districts."""
    return _size(nominations=CANDIDATES * _REGIONS, voters=-(-voters // _REGIONS))


def size_of_the_nominations(nominations: int) -> Size:
    """As many nominations, and nobody votes."""
    return _size(nominations=nominations, voters=1)


def _size(*, nominations: int, voters: int) -> Size:
    return Size(
        districts=(),
        nominations=nominations,
        applicants={"region": 1},
        nomination_days=1,
        refused=0,
        voters=voters,
        absent=0,
        voting=_REGIONS,
        revotes=0,
        paper=1,
        suggestions=0,
    )


def _document(primary: str, title: str) -> dict[str, Any]:
    document = load_definition_file(PRIMARY)
    for contest in document["contests"]:
        contest |= {"seats": 2, "list_length": CANDIDATES, "choices": 2}
    return document | {
        "primary": primary,
        "title": {"is": title, "en": title},
        "group": "Ed25519",
        "max_roll": 5000,
        "identity": {"scheme": "pattern", "pattern": "[0-9]{12}"},
    }


def _moved(plan: Any) -> Any:
    """A calendar's document, every instant of it as much later."""
    if isinstance(plan, dict):
        return {name: _moved(part) for name, part in plan.items()}
    return f"{datetime.fromisoformat(plan) + _LATER:%Y-%m-%dT%H:%M:%SZ}"
