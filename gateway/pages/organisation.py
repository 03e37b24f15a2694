"""What secretaries of party organisations do: see their members, put them forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.auth import Role
from contracts.registration.operations import (
    ListPpoMembers,
    ListPpoNominations,
    SubmitNomination,
)
from contracts.registration.operations.nominations import LONGEST_MINUTES
from gateway.pages import nominating
from gateway.pages.forms import Goes, Outcome
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.shown import Shown, Task
from gateway.pages.steps import Step, Steps

_SECRETARIES = frozenset({Role.SECRETARY})
_A_PAGE = 50


def organisation(page: Page) -> dict[str, Any]:
    """The organisation: whom it has put forward, who belongs to it."""
    ppo = _ppo(page)
    made = page.ask(ListPpoNominations, ppo=ppo)["items"]
    members = page.ask(ListPpoMembers, ppo=ppo, limit=_A_PAGE, **page.given("after"))
    return {
        "ppo": members["organisation"],
        "others": [each for each in _scopes(page) if each != ppo],
        "nominations": [nominating.told(each) for each in made],
        "members": members,
        "stage": page.stage("nomination"),
    }


def nominate(page: Page) -> dict[str, Any]:
    """Put a member forward by the decision of the meeting."""
    ppo = page.ask(ListPpoMembers, ppo=_ppo(page), limit=1)["organisation"]
    return (
        STEPS.facts(page)
        | nominating.facts(page, "ppo", ppo["territory"])
        | {"ppo": ppo, "longest_minutes": LONGEST_MINUTES}
    )


def send(page: Page) -> Outcome:
    """Send the nomination."""
    STEPS.check(page)
    ppo = _ppo(page)
    page.ask(
        SubmitNomination,
        route="ppo",
        ppo=ppo,
        member="".join(page.form.text("member").split()),
        contest=page.form.text("contest"),
        documents=page.form.several("documents"),
        minutes=page.form.text("minutes"),
        statement=page.form.text("statement"),
    )
    return Goes(to=page.link("organisation", ppo=ppo), notice="nominated")


def _scopes(page: Page) -> list[str]:
    return sorted(filter(None, page.visitor.scopes(Role.SECRETARY)))


def _ppo(page: Page) -> str:
    """The organisation that is meant: the one asked for, or the secretary's only."""
    asked = page.query("ppo")
    if asked:
        return asked
    return next(iter(_scopes(page)), "")


def _member_is_named(page: Page) -> Mapping[str, str]:
    if page.form.text("member"):
        return {}
    return {"member": _("Enter the member's individual identification number.")}


def _meeting_decided(page: Page) -> Mapping[str, str]:
    problems = {}
    minutes = page.form.text("minutes")
    wanted = {name for name, _words in nominating.documents(page, "ppo")}
    if not minutes:
        problems["minutes"] = _("Name the protocol of the meeting.")
    elif (over := len(minutes) - LONGEST_MINUTES) > 0:
        problems["minutes"] = _("This is %(n)s letters too long.", n=over)
    if wanted - set(page.form.several("documents")):
        problems["documents"] = _("Every document of the list is needed.")
    return problems


STEPS = Steps(
    Step("member", N_("Member"), ("member",), _member_is_named),
    nominating.CONTEST,
    Step("meeting", N_("Meeting"), ("minutes", "documents"), _meeting_decided),
    nominating.STATEMENT,
    nominating.REVIEW,
)

PAGES = (
    Shown(
        "/<primary>/organisation",
        "own/organisation",
        organisation,
        roles=_SECRETARIES,
        tasks=(
            Task(
                Role.SECRETARY,
                N_("My party organisation"),
                N_("Its members, and what became of its nominations."),
            ),
        ),
    ),
    Shown(
        "/<primary>/organisation/nominate",
        "own/nominate",
        nominate,
        roles=_SECRETARIES,
        deeds=STEPS.deeds | {"send": send},
        blamed=nominating.BLAMED,
        tasks=(
            Task(
                Role.SECRETARY,
                N_("Put a member forward"),
                N_("With the protocol of the meeting that decided it."),
                "nomination",
            ),
        ),
    ),
)
