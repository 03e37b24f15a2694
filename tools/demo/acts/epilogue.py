"""What the audience takes home: turnout, ratings and lists as tables."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tools.demo.stage import Stage

_RATINGS = ("general", "women", "young")
_RANKS = 6
_SHOWN = 12  # contests in full, so that a large primary stays readable


def show_turnout(stage: Stage) -> None:
    """How many have voted, and of how many."""
    turnout = stage.api.get(stage.path("/turnout"))
    rows = [
        (each["district"], each["eligible"], each["online"] or 0, each["paper"] or 0)
        for each in turnout["districts"]
        if each["online"] or each["paper"]
    ]
    stage.report.table(
        f"Turnout (of: {turnout['denominator']})",
        ("district", "eligible", "online", "paper"),
        rows,
    )


def show_outcome(stage: Stage, documents: dict[str, Any]) -> None:
    """The winners of each contest, and what the quotas changed."""
    lists = {each["contest"]: each for each in documents["lists"]["lists"]}
    voted = [each for each in documents["results"]["contests"] if each["ballots"]]
    stage.report.table(
        "Results",
        ("contest", "candidates", "ballots", "turnout", "first", "share"),
        (_result(each) for each in voted[:_SHOWN]),
    )
    stage.report.table(
        "Party lists",
        ("contest", "places", "women", "young", "by a quota", "passed over"),
        (_list(lists[each["contest"]]) for each in voted[:_SHOWN]),
    )
    if len(voted) > _SHOWN:
        stage.report.say(f"… and {len(voted) - _SHOWN} contests more.")


def show_ratings(stage: Stage, documents: dict[str, Any]) -> None:
    """The three ratings of the contest with the most ballots, side by side."""
    most = max(documents["results"]["contests"], key=lambda one: one["ballots"])
    shown = stage.api.get(stage.path(f"/results/{most['contest']}"))
    ratings = [shown["ratings"][kind] for kind in _RATINGS]
    stage.report.table(
        f"Ratings: {most['contest']}",
        ("rank", *_RATINGS),
        (
            (place + 1, *(_rated(rating, place) for rating in ratings))
            for place in range(min(_RANKS, max(map(len, ratings))))
        ),
    )


def _rated(rating: list[dict[str, Any]], place: int) -> str:
    if place >= len(rating):
        return ""
    one = rating[place]
    return f"{one['name']}, {one['votes']} ({one['share']:.1%})"


def _result(contest: dict[str, Any]) -> tuple[object, ...]:
    first = min(contest["candidates"], key=lambda one: one["rank"])
    return (
        contest["contest"],
        len(contest["candidates"]),
        contest["ballots"],
        float(contest["turnout"]),
        first["name"],
        float(first["share"]),
    )


def _list(found: dict[str, Any]) -> tuple[object, ...]:
    reasons = Counter(each["because"]["code"] for each in found["places"])
    women, young = found["quotas"]["women"], found["quotas"]["young"]
    return (
        found["contest"],
        f"{len(found['places'])} of {found['length']}",
        f"{women['filled']} of {women['places']}",
        f"{young['filled']} of {young['places']}",
        reasons.total() - reasons["rating"],
        len(found["passed_over"]),
    )
