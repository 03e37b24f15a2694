"""Signing in, with a code to one's telephone or as administrator; signing out."""

from __future__ import annotations

import re
from typing import Any

from contracts.registration.errors import (
    InvalidNumber,
    SecretRefused,
    SignInRefused,
)
from contracts.registration.operations import (
    CloseSession,
    EndSession,
    OpenAdministratorSession,
    RequestSignInCode,
    SignIn,
)
from contracts.registration.operations.people import ANYBODY
from gateway.errors import CookieNotKept
from gateway.pages.forms import Goes, Outcome, Refused, Stays
from gateway.pages.languages import gettext as _
from gateway.pages.languages import ngettext
from gateway.pages.page import Page
from gateway.pages.shown import Shown
from gateway.pages.visitors import TRIED
from gateway.sessions import COOKIE

_NUMBER, _CODE = "number", "code"
#: an address of ours: no host, no scheme, nothing that a browser would take for one
_OWN = re.compile(r"/(?![/\\])[^\\\s]*", re.ASCII)


def sign_in(page: Page) -> dict[str, Any]:
    """The number first, then the code that its telephone received."""
    step = _CODE if page.form.deed == _CODE else _NUMBER
    return {"step": step, "sent": None, "next": _next(page)}


def send_code(page: Page) -> Outcome:
    """Have a code sent; the answer is the same for everybody."""
    _require_cookie(page)
    answer = page.ask(RequestSignInCode, iin=_digits(page))
    return Stays({"step": _CODE, "sent": answer})


def other_number(_page: Page) -> Outcome:
    """Go back to the number."""
    return Stays({"step": _NUMBER})


def use_code(page: Page) -> Outcome:
    """Open the session."""
    code = "".join(page.form.text("code").split())
    try:
        opened = page.ask(SignIn, iin=_digits(page), code=code)
    except SignInRefused as refusal:
        raise Refused(code=_why_refused(refusal)) from None
    return Goes(to=_next(page), notice="signed_in", session=opened["session"])


def administrator(page: Page) -> dict[str, Any]:
    """The installation's secret."""
    return {"next": _next(page)}


def open_administration(page: Page) -> Outcome:
    """Open an administrator's session."""
    _require_cookie(page)
    opened = page.ask(OpenAdministratorSession, secret=page.form.text("secret"))
    return Goes(to=_next(page), notice="signed_in", session=opened["session"])


def sign_out(_page: Page) -> dict[str, Any]:
    """Here, or everywhere."""
    return {}


def here(page: Page) -> Outcome:
    """End this session."""
    page.ask(CloseSession, session=page.visitor.session)
    return Goes(to=_home(page), notice="signed_out", ends_session=True)


def everywhere(page: Page) -> Outcome:
    """End all sessions of the person."""
    page.ask(EndSession)
    return Goes(to=_home(page), notice="signed_out_everywhere", ends_session=True)


def _digits(page: Page) -> str:
    """The number without the spaces that make it easy to read."""
    return "".join(page.form.text("iin").split())


def _next(page: Page) -> str:
    """Where to go afterwards: an address of ours, whatever was asked for."""
    asked = page.form.text("next") or page.query("next")
    return asked if _OWN.fullmatch(asked) else _own_page(page)


def _own_page(page: Page) -> str:
    return page.link("me") if "primary" in page.path else "/"


def _home(page: Page) -> str:
    return page.link() if "primary" in page.path else "/"


def _why_refused(refusal: SignInRefused) -> str:
    left = int(str(refusal.params.get("attempts_left", 0)))
    if not left:
        return _("This code cannot be used, or not any more. Ask for a new one.")
    return ngettext(
        "This code is wrong. You can try once more.",
        "This code is wrong. You can try %(n)s more times.",
        left,
    )


def _require_cookie(page: Page) -> None:
    """Tell at once, and not after the code, that a session could not be kept."""
    if not {TRIED, COOKIE} & page.request.cookies.keys():
        raise CookieNotKept


PAGES = (
    Shown(
        "/<primary>/sign-in",
        "own/sign_in",
        sign_in,
        deeds={_NUMBER: send_code, _CODE: use_code, "other": other_number},
        personal=True,
        blamed={InvalidNumber: "iin"},
    ),
    Shown(
        "/sign-in",
        "own/administrator",
        administrator,
        deeds={"": open_administration},
        personal=True,
        blamed={SecretRefused: "secret"},
    ),
    Shown(
        "/<primary>/sign-out",
        "own/sign_out",
        sign_out,
        roles=ANYBODY,
        deeds={"here": here, "everywhere": everywhere},
    ),
    Shown("/sign-out", "own/sign_out", sign_out, roles=ANYBODY, deeds={"here": here}),
)
