"""A station's protocol: entered by one officer, signed by another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chassis.auth import Role
from contracts.voting.operations import (
    EnterProtocol,
    ListBoards,
    ListProtocols,
    ShowElection,
    SignProtocol,
)
from gateway.pages.forms import Form, Goes, Outcome, Refused
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import count_in, counts_in, office_page
from gateway.pages.office.station import facts_of, paper_voting, station_of
from gateway.pages.page import Page
from gateway.pages.shown import Task

_PAPERS = ("issued", "cast", "returned")
_SUMS = ("valid", "blank", "spoilt")
_STATES = {
    "entered": (N_("waits for a second signature"), "warn"),
    "accepted": (N_("signed"), "good"),
}
Question = dict[str, Any]


def protocol(page: Page) -> dict[str, Any]:
    """All versions, and the form for a new one."""
    station = station_of(page)
    facts = facts_of(page, station)
    questions = _questions(page, facts["station"]["district"])
    versions = page.ask(ListProtocols, station=station)["items"]
    return facts | {
        "questions": questions,
        "versions": [_told(each, questions) for each in versions],
        "newest": versions[0] if versions else None,
        "stage": paper_voting(page),
        "sums": _SUMS,
    }


def enter(page: Page) -> Outcome:
    """Enter the papers and counts, or a correction of them."""
    station, form = station_of(page), page.form
    questions = _questions(page, facts_of(page, station)["station"]["district"])
    papers = counts_in(form, *_PAPERS)
    counts = [_count(form, place, each) for place, each in enumerate(questions)]
    if problems := dict(_contradictions(papers, counts)):
        raise Refused(**problems)
    page.ask(EnterProtocol, station=station, **papers, counts=counts)
    return Goes(to=page.again(), notice="protocol_entered")


def sign(page: Page) -> Outcome:
    """Sign what a colleague has entered."""
    version = count_in(page.form, "version") or 0
    page.ask(SignProtocol, station=station_of(page), version=version)
    return Goes(to=page.again(), notice="protocol_signed")


def _questions(page: Page, district: str) -> list[Question]:
    """The questions of the district's ballot with the names on it."""
    boards = page.read_own(ListBoards, district=district, limit=1)["items"]
    if not boards:
        return []
    election = page.read_own(ShowElection, board=boards[0]["board"])
    names = [each["answers"] for each in json.loads(election["election"])["questions"]]
    return [
        {
            "contest": question["contest"],
            "answers": list(zip(question["candidacies"], answers, strict=False)),
        }
        for question, answers in zip(election["questions"], names, strict=True)
    ]


def _count(form: Form, place: int, question: Question) -> dict[str, Any]:
    """What was written about one question."""
    own = f"counts.{place}"
    sums = counts_in(form, *(f"{own}.{name}" for name in _SUMS))
    votes = counts_in(form, *(f"{own}.votes.{who}" for who, _n in question["answers"]))
    return {
        "contest": question["contest"],
        **{name.rpartition(".")[2]: count for name, count in sums.items()},
        "votes": {name.rpartition(".")[2]: count for name, count in votes.items()},
    }


def _contradictions(
    papers: dict[str, int], counts: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """What does not add up, with by how much it differs."""
    apart = papers["issued"] - papers["cast"] - papers["returned"]
    if apart:
        yield "issued", _("Issued differs from cast and returned by %(n)s.", n=apart)
    for place, count in enumerate(counts):
        apart = sum(count[name] for name in _SUMS) - papers["cast"]
        if apart:
            words = _("Valid, blank and spoilt differ from cast by %(n)s.", n=apart)
            yield f"counts.{place}.valid", words


def _told(version: dict[str, Any], questions: list[Question]) -> dict[str, Any]:
    words, kind = _STATES.get(version["state"], (version["state"], ""))
    names = {who: name for each in questions for who, name in each["answers"]}
    counts = [
        count
        | {"named": [(names.get(who, who), n) for who, n in count["votes"].items()]}
        for count in version["counts"]
    ]
    return version | {"state_words": _(words), "state_kind": kind, "counts": counts}


PAGES = (
    office_page(
        Role.STATION_OFFICER,
        "/station/protocol",
        "protocol",
        protocol,
        deeds={"enter": enter, "sign": sign},
        max_body=256 * 1024,
        tasks=(
            Task(
                Role.STATION_OFFICER,
                N_("Protocol of the station"),
                N_("Enter the counts of paper ballots; a second officer signs them."),
            ),
        ),
    ),
)
