"""Open data: what can be downloaded, in files that need no program of ours."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from chassis.errors import DomainError
from chassis.operations import Operation
from contracts.campaign.operations import ListCandidates, ListDebates
from contracts.registration.operations import ShowStatistics
from contracts.tally.operations import ReadPartyLists, ReadResults
from contracts.voting.operations import ListStations, ShowTurnout
from gateway.pages.dates import calendar_file
from gateway.pages.languages import N_
from gateway.pages.page import Page
from gateway.pages.shown import Direct
from gateway.reads import Answer, to_json

_FRESH = 10  # seconds
_CSV = "text/csv; charset=utf-8; header=present"
#: spreadsheets calculate with a text that begins like this
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = Iterable[object]


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file of a primary, made when somebody asks for it."""

    name: str
    about: str  # in English, translated where it is shown
    make: Callable[[Page], bytes]
    kind: str = _CSV
    #: stays as it is once it is there, so that its hash is worth comparing
    lasts: bool = False

    @property
    def format(self) -> str:
        """CSV, JSON, …"""
        return self.name.rpartition(".")[2].upper()


def data(page: Page) -> dict[str, Any]:
    """Everything that can be downloaded; hashes where they stay the same."""
    return {"downloads": [(each, digest(page, each)) for each in DOWNLOADS]}


def digest(page: Page, download: Download) -> str:
    """The SHA-256 of a lasting file; empty where there is none (yet)."""
    try:
        made = _made(page, download) if download.lasts else None
    except DomainError:
        return ""
    return made.sha256 if made else ""


def digests(page: Page, *names: str) -> list[tuple[Download, str]]:
    """Some of the files with their hashes."""
    return [(each, digest(page, each)) for each in DOWNLOADS if each.name in names]


def answer(page: Page, download: Download) -> Response:
    """The file."""
    made = _made(page, download)
    response = Response(made.text, content_type=download.kind)
    response.set_etag(made.tag)
    response.cache_control.public = True
    response.cache_control.max_age = _FRESH
    response.vary.update(("Accept-Language", "Cookie"))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.set(
        "Content-Disposition",
        "attachment",
        filename=f"{page.path['primary']}-{download.name}",
    )
    return response.make_conditional(page.request)


def _made(page: Page, download: Download) -> Answer:
    key = (page.path["primary"], download.name, page.language)
    return page.reads.make(key, lambda: download.make(page), _FRESH)


def _table(head: tuple[str, ...], rows: Callable[[Page], Iterable[Row]]) -> Any:
    """What makes a file of lines with a head."""

    def make(page: Page) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows([_cell(value) for value in row] for row in rows(page))
        return text.getvalue().encode()

    return make


def _fields(
    head: str, items: Callable[[Page], Iterable[dict[str, Any]]]
) -> Callable[[Page], bytes]:
    """A file with a column for each of these fields."""
    names = tuple(head.split())
    return _table(
        names, lambda page: ([item[name] for name in names] for item in items(page))
    )


def _cell(value: object) -> object:
    """A value as a spreadsheet shows it, and never calculates with it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _json(operation: type[Operation], page: Page) -> bytes:
    """Exactly what the API answers."""
    return to_json(page.read_own(operation))


def _debates(page: Page) -> Iterator[dict[str, Any]]:
    for debate in page.read_every(ListDebates):
        hosts = {
            kind: (debate[kind] or {}).get("id", "") for kind in ("venue", "moderator")
        }
        speakers = " ".join(speaker["candidacy"] for speaker in debate["speakers"])
        yield debate | hosts | {"speakers": speakers}


def _results(page: Page) -> Iterator[dict[str, Any]]:
    for contest in page.read_own(ReadResults)["contests"]:
        whole = {f"contest_{name}": value for name, value in contest.items()}
        for candidate in sorted(contest["candidates"], key=lambda each: each["rank"]):
            yield whole | candidate | {"contest": contest["contest"]}


def _places(page: Page) -> Iterator[dict[str, Any]]:
    for each in page.read_own(ReadPartyLists)["lists"]:
        for place in [*each["places"], *each["passed_over"]]:
            because = place["because"]["code"]
            yield {"place": None} | place | {"contest": each["contest"], "why": because}


DOWNLOADS = (
    Download(
        name="calendar.ics",
        about=N_("The calendar, for the calendar of your telephone"),
        make=calendar_file,
        kind="text/calendar; charset=utf-8",
    ),
    Download(
        name="nominations.csv",
        about=N_("Nominations in numbers, by the territory of the contest"),
        make=_fields(
            "territory applications ppo self women under_35 registered refused",
            lambda page: page.read_own(ShowStatistics)["territories"],
        ),
    ),
    Download(
        name="candidates.csv",
        about=N_("All candidates"),
        make=_fields(
            "candidacy name birth_year occupation contest territory region route"
            " woman young withdrawn",
            lambda page: page.read_every(ListCandidates),
        ),
    ),
    Download(
        name="debates.csv",
        about=N_("All debates, the speakers in the order of the lot"),
        make=_fields(
            "debate contest territory region state day opens_at closes_at zone venue"
            " moderator speakers",
            _debates,
        ),
    ),
    Download(
        name="stations.csv",
        about=N_("All polling stations"),
        make=_fields(
            "station district name address protocol_hash",
            lambda page: page.read_every(ListStations),
        ),
    ),
    Download(
        name="turnout.csv",
        about=N_("Turnout by voting district, as last announced"),
        make=_fields(
            "district eligible online paper announced_at",
            lambda page: page.read_own(ShowTurnout)["districts"],
        ),
    ),
    Download(
        name="results.json",
        about=N_("The results of all contests, as the API tells them"),
        make=partial(_json, ReadResults),
        kind="application/json",
        lasts=True,
    ),
    Download(
        name="results.csv",
        about=N_("The results of all contests, a line for each candidate"),
        make=_fields(
            "contest contest_territory contest_eligible contest_ballots contest_blank"
            " contest_spoilt rank candidate name votes online paper share woman young"
            " withdrawn lot",
            _results,
        ),
        lasts=True,
    ),
    Download(
        name="lists.json",
        about=N_("The party lists, as the API tells them"),
        make=partial(_json, ReadPartyLists),
        kind="application/json",
        lasts=True,
    ),
    Download(
        name="lists.csv",
        about=N_("The party lists, a line for each candidate with the reason"),
        make=_fields("contest place candidate why", _places),
        lasts=True,
    ),
)

PAGES = tuple(
    Direct(f"/<primary>/data/{each.name}", partial(answer, download=each))
    for each in DOWNLOADS
)
