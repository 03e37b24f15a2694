"""What only a demonstration has: telephones that anybody may look into."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from contracts.registration.errors import (
    InvalidNumber,
    InvalidTelephone,
    UnknownMember,
)
from contracts.registration.operations import FindTelephone, ListPrimaries
from gateway.errors import NoSuchResource
from gateway.pages.forms import Outcome, Stays
from gateway.pages.page import Page
from gateway.pages.shown import Shown
from gateway.telephones import received

_CODE = re.compile(r"\b(\d{6})\b")
_STRONG = Markup("<strong>{}</strong>")


def telephone(page: Page) -> dict[str, Any]:
    """The question for a number, and below it what its telephone has received."""
    _require_demonstration(page)
    asked = page.form.sent and not page.form.problems
    primaries = page.read(ListPrimaries)["items"]
    zones = {each["primary"]: each["zone"] for each in primaries}
    return {
        "primaries": primaries,
        "zone": zones.get(page.form.text("primary"), "UTC"),
        "messages": [_shown(each) for each in _messages(page)] if asked else None,
    }


def look(page: Page) -> Outcome:
    """Check the number; the page itself reads the messages, each time anew."""
    _require_demonstration(page)
    _telephone(page)
    return Stays({})


def _messages(page: Page) -> list[dict[str, Any]]:
    asked = {"primary": page.form.text("primary"), "telephone": _telephone(page)}
    return received(lambda inbox, facts: page.ask(inbox, **facts), asked)


def _telephone(page: Page) -> str:
    """The telephone that is asked for, by its own number or its owner's."""
    number = "".join(page.form.text("number").split())
    if number.startswith("+"):
        return number
    primary = page.form.text("primary")
    return page.ask(FindTelephone, primary=primary, iin=number)["telephone"]


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    """A message with its codes, if it has any, ready to be read out."""
    words = enumerate(_CODE.split(message["text"]))
    marked = (_STRONG.format(word) if odd % 2 else word for odd, word in words)
    return message | {"text": Markup("").join(marked)}


def _require_demonstration(page: Page) -> None:
    if not page.is_demo:
        raise NoSuchResource


TELEPHONE = Shown(
    "/demo/telephone",
    "telephone",
    telephone,
    deeds={"look": look},
    personal=True,
    blamed={
        InvalidNumber: "number",
        InvalidTelephone: "number",
        UnknownMember: "number",
    },
)
