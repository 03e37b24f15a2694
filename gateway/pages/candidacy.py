"""What candidates do: write their page, see their debates."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.campaign.errors import UnknownCandidate
from contracts.campaign.operations import (
    EditCandidatePage,
    ListDebates,
    ReadCandidate,
)
from contracts.campaign.operations.candidates import MOST_LINKS
from contracts.campaign.views import LONGEST_EDUCATION, LONGEST_STATEMENT
from gateway.pages.forms import Form, Goes, Outcome
from gateway.pages.languages import LANGUAGES, N_
from gateway.pages.page import Page
from gateway.pages.shown import Shown, Task

_CANDIDATES = frozenset({Role.CANDIDATE})


def edit(page: Page) -> dict[str, Any]:
    """One's page, in every language of the primary."""
    candidacy = _candidacy(page)
    try:
        candidate = page.ask(ReadCandidate, candidacy=candidacy)
    except UnknownCandidate:
        candidate = None  # the news of the registration is still on its way
    first, *others = page.primary["languages"]
    return {
        "candidate": candidate,
        "stage": page.phase("campaigning"),
        "first": _language(first),
        "others": [_language(each) for each in others],
        "links": _links(candidate),
        "longest": {"statement": LONGEST_STATEMENT, "education": LONGEST_EDUCATION},
    }


def save(page: Page) -> Outcome:
    """Publish the page as it is written now."""
    form = page.form
    page.ask(
        EditCandidatePage,
        candidacy=_candidacy(page),
        version=_version(form),
        statement=form.text("statement"),
        education=form.text("education"),
        translations=_translations(page),
        links=_given_links(form),
    )
    return Goes(to=page.link("me", "candidate-page"), notice="page_saved")


def debates(page: Page) -> dict[str, Any]:
    """The debates in which the candidate speaks."""
    candidacy = _candidacy(page)
    found = page.read_own(ListDebates, candidacy=candidacy)
    return {"found": found, "candidacy": candidacy, "stage": page.stage("debates")}


def _candidacy(page: Page) -> str:
    return page.visitor.scopes(Role.CANDIDATE)[0]


def _language(code: str) -> tuple[str, str]:
    return code, LANGUAGES.get(code, code)


def _links(candidate: dict[str, Any] | None) -> list[dict[str, str]]:
    """As many links as a page may have, the ones that there are first."""
    present = candidate["links"] if candidate else []
    return [*present, *[{"title": "", "address": ""}] * (MOST_LINKS - len(present))]


def _version(form: Form) -> int:
    given = form.text("version")
    return int(given) if given.isdecimal() and len(given) < 10 else 0  # noqa: PLR2004


def _translations(page: Page) -> dict[str, dict[str, str]]:
    """The other languages in which something is written."""
    written = {
        language: {
            part: page.form.text(f"translations.{language}.{part}")
            for part in ("statement", "education")
        }
        for language in page.primary["languages"][1:]
    }
    return {
        language: parts for language, parts in written.items() if any(parts.values())
    }


def _given_links(form: Form) -> list[dict[str, str]]:
    rows = [
        {part: form.text(f"links.{row}.{part}") for part in ("title", "address")}
        for row in range(MOST_LINKS)
    ]
    last = max((row for row, each in enumerate(rows) if any(each.values())), default=-1)
    return rows[: last + 1]


PAGES = (
    Shown(
        "/<primary>/me/candidate-page",
        "own/candidate_page",
        edit,
        roles=_CANDIDATES,
        deeds={"save": save},
        max_body=256 * 1024,
        tasks=(
            Task(
                Role.CANDIDATE,
                N_("My page as a candidate"),
                N_("What voters read about you, in every language of the primary."),
                "campaigning",
            ),
        ),
    ),
    Shown(
        "/<primary>/me/debates",
        "own/debates",
        debates,
        roles=_CANDIDATES,
        tasks=(
            Task(
                Role.CANDIDATE,
                N_("My debates"),
                N_("When and where you speak, and with whom."),
                "debates",
            ),
        ),
    ),
)
