"""Standing as a candidate: apply, follow the decision, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.auth import Role
from contracts.fields import SHORTEST_REASON
from contracts.registration.errors import UnknownNomination
from contracts.registration.operations import (
    ListMyNominations,
    SubmitNomination,
    WithdrawNomination,
)
from gateway.pages import nominating
from gateway.pages.forms import Goes, Outcome, Refused
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.shown import Shown, Task
from gateway.pages.steps import Step, Steps

_MEMBERS = frozenset({Role.MEMBER})


def apply(page: Page) -> dict[str, Any]:
    """A member puts themselves forward, step by step."""
    standing = [each for each in _mine(page) if each["is_live"]]
    return (
        STEPS.facts(page)
        | nominating.facts(page, "self", page.me["territory"])
        | {"standing": standing[0] if standing else None}
    )


def send(page: Page) -> Outcome:
    """Send the application."""
    STEPS.check(page)
    page.ask(
        SubmitNomination,
        route="self",
        contest=page.form.text("contest"),
        documents=page.form.several("documents"),
        statement=page.form.text("statement"),
    )
    return Goes(to=page.link("me", "nominations"), notice="nominated_self")


def follow(page: Page) -> dict[str, Any]:
    """What has become of one's nominations."""
    return {"nominations": _mine(page), "stage": page.stage("nomination")}


def leave(page: Page) -> dict[str, Any]:
    """Before a nomination is withdrawn: what that means."""
    return {"nomination": _the_nomination(page)}


def withdraw(page: Page) -> Outcome:
    """Withdraw one's nomination, or stand down as a candidate."""
    nomination = _the_nomination(page)["nomination"]
    reason = page.form.text("reason")
    problems = {}
    if len(reason) < SHORTEST_REASON:
        problems["reason"] = _(
            "Say in a few words why; the organising committee reads it."
        )
    if page.form.text("sure") != "yes":
        problems["sure"] = _("Confirm that you want to withdraw.")
    if problems:
        raise Refused(**problems)
    page.ask(WithdrawNomination, nomination=nomination, reason=reason)
    return Goes(to=page.link("me", "nominations"), notice="withdrawn")


def _route_is_open(page: Page) -> Mapping[str, str]:
    match page.form.text("route"):
        case "self" if "self" in nominating.rules(page)["routes"]:
            return {}
        case "ppo":
            words = _(
                "Ask the secretary of your party organisation: its meeting puts you "
                "forward, and the secretary sends the nomination."
            )
            return {"route": words}
    return {"route": _("Choose who puts you forward.")}


def _consents(page: Page) -> Mapping[str, str]:
    wanted = {name for name, _words in nominating.documents(page, "self")}
    problems = {}
    if wanted - set(page.form.several("documents")):
        problems["documents"] = _("Every document of the list is needed.")
    if page.form.text("agreed") != "yes":
        problems["agreed"] = _("Without your consent you cannot stand.")
    return problems


STEPS = Steps(
    Step("route", N_("Who puts you forward"), ("route",), _route_is_open),
    nominating.CONTEST,
    nominating.STATEMENT,
    Step("consent", N_("Documents and consent"), ("documents", "agreed"), _consents),
    nominating.REVIEW,
)


#: nobody but the member who asks can be meant here
_BLAMED = {
    kind: field for kind, field in nominating.BLAMED.items() if field != "member"
}


def _mine(page: Page) -> list[dict[str, Any]]:
    return [nominating.told(each) for each in page.ask(ListMyNominations)["items"]]


def _the_nomination(page: Page) -> dict[str, Any]:
    wanted = page.path["nomination"]
    found = (each for each in _mine(page) if each["nomination"] == wanted)
    nomination = next(found, None)
    if nomination is None:
        raise UnknownNomination(nomination=wanted)
    return nomination


PAGES = (
    Shown(
        "/<primary>/apply",
        "own/apply",
        apply,
        roles=_MEMBERS,
        deeds=STEPS.deeds | {"send": send},
        blamed=_BLAMED,
        tasks=(
            Task(
                Role.MEMBER,
                N_("Stand as a candidate"),
                N_("Put yourself forward for a contest of your territory."),
                "nomination",
            ),
        ),
    ),
    Shown(
        "/<primary>/me/nominations",
        "own/nominations",
        follow,
        roles=_MEMBERS,
        tasks=(
            Task(
                Role.MEMBER,
                N_("My nominations"),
                N_("Follow the decision, or withdraw."),
            ),
        ),
    ),
    Shown(
        "/<primary>/me/nominations/<nomination>/withdraw",
        "own/withdraw",
        leave,
        roles=_MEMBERS,
        deeds={"": withdraw},
    ),
)
