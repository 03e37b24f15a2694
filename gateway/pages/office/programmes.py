"""Programmes: publish the drafts, decide on suggestions, revise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chassis.auth import Role
from contracts.campaign.operations import (
    DecideSuggestion,
    ListProgrammes,
    ListSuggestions,
    PublishProgrammes,
    ReadProgramme,
    ReviseProgramme,
)
from contracts.campaign.operations.suggestions import NEW_SECTION
from contracts.campaign.views import SuggestionState
from gateway.pages import words
from gateway.pages.forms import Form, Goes, Outcome, Refused
from gateway.pages.languages import LANGUAGES, N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import count_in, office_page, reason_of
from gateway.pages.page import Page
from gateway.pages.shown import Task

_A_PAGE = 50
_MOST = 200
_ACCEPTED = (SuggestionState.ACCEPTED, SuggestionState.ACCEPTED_IN_PART)
_PARTS = ("title", "text")
Section = dict[str, Any]


def programmes(page: Page) -> dict[str, Any]:
    """The published programmes, and the drafts that wait to be."""
    return {
        "found": page.ask(ListProgrammes, limit=_A_PAGE, **page.given("after")),
        "stage": page.stage("programmes"),
    }


def publish(page: Page) -> Outcome:
    """Publish the drafts that are not published yet."""
    page.ask(PublishProgrammes)
    return Goes(to=page.link("office", "programmes"), notice="programmes_published")


def suggestions(page: Page) -> dict[str, Any]:
    """What has been suggested on one programme, and what becomes of it."""
    territory = page.path["territory"]
    state = page.query("state") or SuggestionState.OPEN
    asked = {"territory": territory, "state": state} | page.given("after")
    return {
        "programme": page.ask(ReadProgramme, territory=territory),
        "found": page.ask(ListSuggestions, limit=_A_PAGE, **asked),
        "state": state,
        "states_offered": [(each.value, words.state(each)) for each in SuggestionState],
        "decisions": [
            (each.value, words.state(each))
            for each in SuggestionState
            if each is not SuggestionState.OPEN
        ],
    }


def decide(page: Page) -> Outcome:
    """Decide on one suggestion, with a reason that everybody can read."""
    suggestion = page.form.text("suggestion")
    decision = page.form.text(f"{suggestion}.decision")
    if decision not in set(SuggestionState) - {SuggestionState.OPEN}:
        raise Refused(**{f"{suggestion}.decision": _("Choose the decision.")})
    reason = reason_of(page.form, f"{suggestion}.reason")
    page.ask(DecideSuggestion, suggestion=suggestion, decision=decision, reason=reason)
    return Goes(to=page.again(after=""), notice="suggestion_decided")


def revision(page: Page) -> dict[str, Any]:
    """The programme as it stands, to be written anew section by section."""
    programme = page.ask(ReadProgramme, territory=page.path["territory"])
    accepted = list(_accepted(page))
    new: Section = {"section": NEW_SECTION, "title": {}, "text": {}}
    return {
        "programme": programme,
        "sections": [
            section | {"accepted": _of_section(section["section"], accepted)}
            for section in (*programme["sections"], new)
        ],
        "written_in": [
            (code, LANGUAGES.get(code, code)) for code in page.primary["languages"]
        ],
    }


def revise(page: Page) -> Outcome:
    """Publish the next version."""
    form, languages = page.form, page.primary["languages"]
    territory = page.path["territory"]
    programme = page.ask(ReadProgramme, territory=territory)
    known = [_change(form, each, languages) for each in programme["sections"]]
    changes = [each for each in (*known, _addition(form, languages)) if each]
    based_on = count_in(form, "based_on") or 0
    page.ask(ReviseProgramme, territory=territory, based_on=based_on, changes=changes)
    there = page.link("programmes", territory)
    return Goes(to=there, notice="programme_revised")


def _accepted(page: Page) -> Iterator[dict[str, Any]]:
    """Accepted suggestions that no version has carried out yet."""
    for state in _ACCEPTED:
        asked = {"territory": page.path["territory"], "state": state, "limit": _MOST}
        items = page.ask(ListSuggestions, **asked)["items"]
        yield from (each for each in items if each["carried_out_in"] is None)


def _of_section(section: str, accepted: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(e["suggestion"], e["text"]) for e in accepted if e["section"] == section]


def _written(form: Form, section: str, languages: list[str]) -> dict[str, Any]:
    """What a section says now, in the languages in which something is written."""
    return {
        part: {
            language: text
            for language in languages
            if (text := form.text(f"{section}.{part}.{language}"))
        }
        for part in _PARTS
    }


def _change(form: Form, section: Section, languages: list[str]) -> dict[str, Any]:
    """What becomes of a section; empty where it stays as it is."""
    name = section["section"]
    because = _because(form, name)
    if form.text(f"{name}.removed"):
        return {"section": name, "removed": True} | because
    written = _written(form, name, languages)
    changed = {part: written[part] for part in _PARTS if written[part] != section[part]}
    return {"section": name} | changed | because if changed else {}


def _addition(form: Form, languages: list[str]) -> dict[str, Any]:
    """A section that is added; empty where none is."""
    written = _written(form, NEW_SECTION, languages)
    if not any(written.values()):
        return {}
    because = _because(form, NEW_SECTION)
    return {"section": form.text("new.section")} | written | because


def _because(form: Form, section: str) -> dict[str, Any]:
    return {
        "suggestions": form.several(f"{section}.suggestions"),
        "editorial": form.text(f"{section}.editorial") == "yes",
    }


PAGES = (
    office_page(
        Role.OFFICER,
        "/office/programmes",
        "programmes",
        programmes,
        deeds={"publish": publish},
        tasks=(
            Task(
                Role.OFFICER,
                N_("Programmes and suggestions"),
                N_("Publish the drafts, answer each suggestion, publish new versions."),
                "programmes",
            ),
        ),
    ),
    office_page(
        Role.OFFICER,
        "/office/programmes/<territory>",
        "suggestions",
        suggestions,
        deeds={"decide": decide},
    ),
    office_page(
        Role.OFFICER,
        "/office/programmes/<territory>/revise",
        "revise",
        revision,
        deeds={"revise": revise},
        max_body=2 * 1024 * 1024,
    ),
)
