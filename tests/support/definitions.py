"""A primary as small as one can be that still has every level.

Two regions with three districts, one big city with two city districts: five
voting districts, three levels of contests, the dates of 2020.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from contracts.definition import Definition, parse_definition

#: the definition files that are shipped
PRIMARIES = Path(__file__).parents[2] / "deploy" / "primaries"

LANGUAGES = ("en", "ru", "kk")


def a_definition(**overrides: object) -> Definition:
    """The tiny definition, with top-level keys of the document replaced."""
    return parse_definition(a_definition_document(**overrides))


def a_definition_document(**overrides: object) -> dict[str, Any]:
    """The tiny document; each call gives a copy of its own."""
    return deepcopy({**_DOCUMENT, **overrides})


def _text(words: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words)


def _territory(code: str, parent: str | None, level: str, name: str) -> dict[str, Any]:
    return {
        "code": code,
        "parent": parent,
        "level": level,
        "kind": level,
        "name": _text(name),
    }


def _contest(level: str, territory: str, seats: int, min_age: int) -> dict[str, Any]:
    chamber = "mazhilis" if level == "mazhilis" else "maslikhat"
    return {
        "contest": f"{chamber}-{territory.lower()}",
        "level": level,
        "territory": territory,
        "title": _text(f"{chamber.title()} of {territory}"),
        "seats": seats,
        "list_length": seats,
        "choices": 2,
        "min_age": min_age,
        "residence": "territory",
    }


def _phase(opens_at: str, closes_at: str) -> dict[str, str]:
    return {"opens_at": opens_at, "closes_at": closes_at}


_REGIONS = ("KZ-AKM", "KZ-KUS", "KZ-SHY")
_DISTRICTS = ("KZ-111000000", "KZ-113200000", "KZ-392400000")

_DOCUMENT: dict[str, Any] = {
    "primary": "tiny-2020",
    "rehearsal": False,
    "title": _text("Tiny primary"),
    "party": _text("Tiny party"),
    "country": "KZ",
    "languages": list(LANGUAGES),
    "zone": "Asia/Almaty",
    "group": "Ed25519",
    "max_roll": 10000,
    "min_ballots": 3,
    "trustees": 2,
    "calendar": {
        "version": 1,
        "phases": {
            "nomination": _phase("2020-08-16T18:00:00Z", "2020-08-28T12:00:00Z"),
            "vetting": _phase("2020-08-16T18:00:00Z", "2020-08-29T18:00:00Z"),
            "preparation": _phase("2020-08-30T18:00:00Z", "2020-09-06T18:00:00Z"),
            "campaigning": _phase("2020-09-06T18:00:00Z", "2020-10-03T18:00:00Z"),
            "programmes": _phase("2020-09-07T18:00:00Z", "2020-09-30T18:00:00Z"),
            "enrolment_suspended": _phase(
                "2020-09-10T18:00:00Z", "2020-10-04T18:00:00Z"
            ),
            "debates": _phase("2020-09-13T18:00:00Z", "2020-09-30T18:00:00Z"),
            "voting": _phase("2020-09-30T18:00:00Z", "2020-10-03T08:00:00Z"),
            "paper_voting": _phase("2020-10-03T02:00:00Z", "2020-10-03T08:00:00Z"),
        },
        "instants": {
            "roll_freeze": "2020-09-10T18:00:00Z",
            "debate_lot": "2020-09-06T18:00:00Z",
            "candidates_final": "2020-09-30T12:00:00Z",
            "tie_lot": "2020-10-04T12:00:00Z",
            "publication": "2020-10-05T06:00:00Z",
            "complaints_end": "2020-10-15T12:00:00Z",
        },
    },
    "territories": [
        _territory("KZ", None, "country", "Kazakhstan"),
        _territory("KZ-AKM", "KZ", "region", "Akmola Region"),
        _territory("KZ-KUS", "KZ", "region", "Kostanay Region"),
        _territory("KZ-SHY", "KZ", "region", "Shymkent"),
        _territory("KZ-111000000", "KZ-AKM", "district", "Kokshetau"),
        _territory("KZ-113200000", "KZ-AKM", "district", "Akkol District"),
        _territory("KZ-392400000", "KZ-KUS", "district", "Rudny"),
        _territory("KZ-791110000", "KZ-SHY", "city_district", "Abay District"),
        _territory("KZ-791310000", "KZ-SHY", "city_district", "Al-Farabi District"),
    ],
    "contests": [
        *(_contest("mazhilis", code, 3, 25) for code in _REGIONS),
        *(_contest("region", code, 4, 20) for code in _REGIONS),
        *(_contest("district", code, 3, 20) for code in _DISTRICTS),
    ],
    "quotas": {"women": {"percent": 30}, "young": {"percent": 20, "under_age": 35}},
    "reference_date": "2020-10-03",
    "ties": "lot",
    "list_rule": "A",
    "identity": {"scheme": "kz-iin"},
    "nomination": {
        "routes": ["ppo", "self"],
        "residence_years": 10,
        "documents": [
            {
                "id": "consent",
                "title": _text("Application with consent"),
                "routes": ["ppo", "self"],
            },
            {"id": "minutes", "title": _text("Minutes"), "routes": ["ppo"]},
        ],
    },
    "programmes": {
        "sections": [
            {"id": "roads", "title": _text("Roads"), "text": _text("Mend them.")},
            {"id": "schools", "title": _text("Schools"), "text": _text("Build more.")},
        ]
    },
    "debates": {
        "group_min": 4,
        "group_max": 6,
        "times": {
            "opening_seconds": 300,
            "presentation_seconds": 180,
            "question_seconds": 30,
            "answer_seconds": 90,
            "closing_seconds": 60,
            "ending_seconds": 300,
        },
        "slot_minutes": 100,
        "hours": {"opens": "09:00", "closes": "21:00"},
        "candidate_max_per_day": 1,
        "moderator_max_per_day": 3,
        "streams_per_region": 1,
        "venues": [
            {
                "id": f"hall-{code.lower()}",
                "region": code,
                "name": _text(f"Hall of {code}"),
                "capacity": 50,
            }
            for code in _REGIONS
        ],
        "moderators": [
            {
                "id": f"moderator-{code.lower()}-{number}",
                "region": code,
                "name": _text(f"Moderator {number} of {code}"),
                "languages": list(LANGUAGES),
            }
            for code in _REGIONS
            for number in (1, 2)
        ],
    },
    "assumed": [
        {"field": "/contests/*/choices", "because": "The rules were not readable."}
    ],
}
