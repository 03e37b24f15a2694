"""Candidates and debates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from chassis.shared_operations import ListPublicEvents, asked_of
from contracts.campaign.operations import (
    ListCandidates,
    ListDebates,
    ReadCandidate,
    ReadDebate,
)
from contracts.registration.operations import ListLots, ReadDefinition
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page

_FILTERS = ("text", "territory", "contest", "route", "after")
_A_PAGE = 50
_SIDE_BY_SIDE = 3
_EVENTS = 1000  # that a service tells at a time


def candidates(page: Page) -> dict[str, Any]:
    """Candidates, filtered."""
    filters: dict[str, Any] = {name: page.query(name) for name in _FILTERS}
    for kind in ("woman", "young"):
        filters[kind] = True if page.query(kind) else ""
    found = page.read_own(ListCandidates, limit=_A_PAGE, **filters)
    return {"found": found, "filters": filters}


def compare(page: Page) -> dict[str, Any]:
    """Two or three candidates side by side; who is unknown is left out."""
    chosen = dict.fromkeys(page.request.args.getlist("candidate"))
    found = [
        page.find_own(ReadCandidate, candidacy=each)
        for each in [*chosen][:_SIDE_BY_SIDE]
    ]
    return {"candidates": [each for each in found if each]}


def candidate(page: Page) -> dict[str, Any]:
    """A candidate's page, with their debates."""
    candidacy = page.path["candidacy"]
    found = page.read_own(ReadCandidate, candidacy=candidacy)
    return {
        "candidate": found,
        "statement": _written(page, found, "statement"),
        "education": _written(page, found, "education"),
        "debates": page.find_own(ListDebates, candidacy=candidacy),
    }


def _written(page: Page, candidate: dict[str, Any], part: str) -> Markup:
    """What the candidate wrote in the reader's language, or else in the first."""
    in_first = {page.primary["languages"][0]: candidate[part]}
    others = {name: words[part] for name, words in candidate["translations"].items()}
    return page.text({n: words for n, words in (in_first | others).items() if words})


def debates(page: Page) -> dict[str, Any]:
    """The timetable of the debates, filtered."""
    filters = {name: page.query(name) for name in ("region", "day", "after")}
    found = page.read_own(ListDebates, limit=_A_PAGE, **filters)
    return {"found": found, "filters": filters}


def debate(page: Page) -> dict[str, Any]:
    """One debate: when, where, who speaks how long, and which lot decided that."""
    shown = page.read_own(ReadDebate, debate=page.path["debate"])
    lots = (page.find_own(ListLots) or {"items": []})["items"]
    drawn = {each["lot"]: each for each in lots if each["state"] == "drawn"}
    rules = page.read_own(ReadDefinition)["document"]["debates"]
    return {
        "debate": shown,
        "lot": drawn.get("debates"),
        "times": _times(rules["times"], len(shown["speakers"])),
        "postponed": [*_postponed(page, shown)],
    }


def _times(times: dict[str, int], speakers: int) -> list[dict[str, Any]]:
    """How long a speaker has for each part of a debate."""
    others = speakers - 1
    parts = [
        (_("Presentation"), times["presentation_seconds"]),
        (_("Questions to the others"), times["question_seconds"] * others),
        (_("Answers to the others"), times["answer_seconds"] * others),
        (_("Closing words"), times["closing_seconds"]),
    ]
    whole = sum(seconds for _words, seconds in parts)
    return [
        {"words": words, "share": seconds / whole, "shown": _clock(seconds)}
        for words, seconds in parts
        if seconds
    ]


def _clock(seconds: int) -> str:
    return _("%(minutes)s min", minutes=f"{seconds // 60}:{seconds % 60:02d}")


def _postponed(page: Page, debate: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Why a debate has been put off, as often as it was."""
    log, after = asked_of(ListPublicEvents, "campaign"), 0
    while found := page.find_own(
        log, place=debate["territory"], after=after, limit=_EVENTS
    ):
        for event in found["items"]:
            is_it = event["data"].get("debate") == debate["debate"]
            if is_it and event["type"].startswith("campaign.debate_postponed."):
                yield event["data"]
        if len(found["items"]) < _EVENTS:
            return
        after = found["items"][-1]["position"]
