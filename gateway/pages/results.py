"""Results, ratings and party lists."""

from __future__ import annotations

from typing import Any

from contracts.tally.errors import ResultsNotPublished
from contracts.tally.operations import (
    ReadContestResult,
    ReadCount,
    ReadPartyList,
    ReadPartyLists,
    ReadResults,
)
from gateway.pages.downloads import digests
from gateway.pages.page import Page

_NOBODY = {"woman": False, "young": False}


def results(page: Page) -> dict[str, Any]:
    """The results of all contests, or of a territory's, once published."""
    chosen = page.query("territory")
    try:
        found = page.read_own(ReadResults)
    except ResultsNotPublished:
        return {"results": None, "count": page.find_own(ReadCount)}
    contests = [
        contest
        for contest in found["contests"]
        if not chosen or chosen in page.above(contest["territory"])
    ]
    return {
        "results": found,
        "contests": contests,
        "chosen": chosen,
        "files": digests(page, "results.json", "results.csv"),
    }


def contest_result(page: Page) -> dict[str, Any]:
    """One contest with its three ratings."""
    contest = page.path["contest"]
    try:
        return {"shown": page.read_own(ReadContestResult, contest=contest)}
    except ResultsNotPublished:
        return {"shown": None}


def lists(page: Page) -> dict[str, Any]:
    """All party lists, once published."""
    try:
        shown = page.read_own(ReadPartyLists)["lists"]
    except ResultsNotPublished:
        return {"lists": None, "count": page.find_own(ReadCount)}
    return {"lists": shown, "files": digests(page, "lists.json", "lists.csv")}


def party_list(page: Page) -> dict[str, Any]:
    """One party list, each place with its reason."""
    contest = page.path["contest"]
    try:
        shown = page.read_own(ReadPartyList, contest=contest)
        result = page.read_own(ReadContestResult, contest=contest)["result"]
    except ResultsNotPublished:
        return {"shown": None}
    people = {each["candidate"]: each for each in result["candidates"]}
    strip = [people.get(each["candidate"], _NOBODY) for each in shown["list"]["places"]]
    return {"shown": shown, "people": people, "strip": strip}
