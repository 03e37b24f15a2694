"""What the pages of offices have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chassis.auth import Role
from contracts.fields import LONGEST_REASON, SHORTEST_REASON
from gateway.pages import roles
from gateway.pages.forms import Form, Refused
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.shown import Shown, View

#: digits of any number that a form of an office takes
_MOST_DIGITS = 7


def office_page(
    role: Role, address: str, template: str, view: View, **more: Any
) -> Shown:
    """A page for one role, which says what the role is and who grants it."""
    return Shown(
        f"/<primary>{address}",
        f"office/{template}",
        _with_office(role, view),
        roles=frozenset({role}),
        **more,
    )


def _with_office(role: Role, view: View) -> Callable[[Page], dict[str, Any]]:
    def show(page: Page) -> dict[str, Any]:
        return {"office": roles.OFFICES[role]} | view(page)

    return show


def reason_of(form: Form, name: str = "reason") -> str:
    """A reason that others will read; refused where it says too little."""
    reason = form.text(name)
    if len(reason) < SHORTEST_REASON:
        raise Refused(**{name: _("Write the reason, in a few words at least.")})
    if (over := len(reason) - LONGEST_REASON) > 0:
        raise Refused(**{name: _("This is %(n)s letters too long.", n=over)})
    return reason


def require_confirmed(page: Page, name: str = "confirmed") -> None:
    """Refused unless the id of the primary was typed, as the page asks for it."""
    if page.form.text(name) != page.path["primary"]:
        asked = _("Type %(words)s to confirm it.", words=page.path["primary"])
        raise Refused(**{name: asked})


def count_in(form: Form, name: str) -> int | None:
    """A number of a form; None where it is none."""
    given = form.text(name).replace(" ", "")
    readable = given.isascii() and given.isdecimal() and len(given) <= _MOST_DIGITS
    return int(given) if readable else None


def counts_in(form: Form, *names: str) -> dict[str, int]:
    """Several numbers of a form; refused, each beside its field, where one is none."""
    found = {name: count_in(form, name) for name in names}
    missing = [name for name, count in found.items() if count is None]
    if missing:
        raise Refused(
            **dict.fromkeys(missing, _("Write a number, 0 if there is none."))
        )
    return {name: count for name, count in found.items() if count is not None}
