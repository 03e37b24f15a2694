"""A trustee: what to do offline, and what to hand in here."""

from __future__ import annotations

import json
from typing import Any

from chassis.auth import Role
from contracts.tally import errors
from contracts.tally.operations import (
    MOST_TALLIES,
    HandInKey,
    ListTrustees,
    ReadCount,
    SubmitPartialDecryptions,
)
from contracts.tally.views import BoardState
from gateway.pages.forms import Form, Goes, Outcome, Refused, Stays, new_key
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page
from gateway.pages.page import Page
from gateway.pages.shown import Task

_MIB = 2**20
_TALLIED = {BoardState.WAITING_FOR_TRUSTEES, BoardState.DECRYPTING, BoardState.COUNTED}
_BLAMED = {
    errors.TrusteeKeyInvalid: "public_key",
    errors.TrusteeKeyGiven: "public_key",
    errors.TrusteeKeyTaken: "public_key",
    errors.ThresholdKeysMissing: "threshold_keys",
    errors.ThresholdKeysNotWanted: "threshold_keys",
    errors.ThresholdKeysInvalid: "threshold_keys",
    errors.WrongTrusteeKey: "decryptions",
    errors.WrongPartialDecryption: "decryptions",
    errors.UnknownTally: "decryptions",
    errors.BoardNotTallied: "decryptions",
}


def ceremony(page: Page) -> dict[str, Any]:
    """How far this trustee is: the key, then the decryptions."""
    keys, count = page.ask(ListTrustees), page.ask(ReadCount)
    number = _number(page)
    tallied = sorted(b["board"] for b in count["boards"] if b["state"] in _TALLIED)
    return {
        "keys": keys,
        "number": number,
        "own": next((k for k in keys["trustees"] if str(k["trustee"]) == number), None),
        "by_threshold": keys["threshold"] < keys["needed"],
        "count": count,
        "tallied": len(tallied),
        "bundles": _bundles(tallied),
        "voting": page.phase("voting"),
        "taken": None,
        "fresh": new_key(),
    }


def hand_in(page: Page) -> Outcome:
    """Hand in the public key, and the threshold keys where there are any."""
    threshold = _text(page.form, "threshold_keys")
    more = {"threshold_keys": threshold} if threshold else {}
    page.ask(HandInKey, public_key=_document(page.form, "public_key"), **more)
    return Goes(to=page.link("trustee"), notice="key_taken")


def decrypt(page: Page) -> Outcome:
    """Hand in partial decryptions that were made offline."""
    found = _document(page.form, "decryptions")
    wanted = ("trustee_public_key", "partial_decryptions")
    if not all(name in found for name in wanted):
        raise Refused(decryptions=_("This is not the file that decrypting made."))
    asked = {name: found[name] for name in wanted}
    return Stays({"taken": page.ask(SubmitPartialDecryptions, **asked)})


def _number(page: Page) -> str:
    """Which trustee this is; empty for whom it cannot be said."""
    scopes = page.visitor.scopes(Role.TRUSTEE)
    return scopes[0] if len(scopes) == 1 else ""


def _bundles(boards: list[str]) -> list[dict[str, str]]:
    """What is to be downloaded: the tallies, so many in a file as one answer takes."""
    starts = range(0, len(boards), MOST_TALLIES)
    return [
        {
            "file": f"tallies-{place}.json",
            "out": f"decryptions-{place}.json",
            "after": boards[start - 1] if start else "",
        }
        for place, start in enumerate(starts, start=1)
    ]


def _text(form: Form, name: str) -> str:
    try:
        return form.file(name).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Refused(**{name: _("This file is not text.")}) from None


def _document(form: Form, name: str) -> dict[str, Any]:
    """The JSON object in a file of the form."""
    text = _text(form, name)
    if not text:
        raise Refused(**{name: _("Choose the file.")})
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused(**{name: _("This is not a file that the command made.")})
    return found


PAGES = (
    office_page(
        Role.TRUSTEE,
        "/trustee",
        "trustee",
        ceremony,
        deeds={"hand-in": hand_in, "decrypt": decrypt},
        blamed=_BLAMED,
        max_body=32 * _MIB,
        tasks=(
            Task(
                Role.TRUSTEE,
                N_("Key and decryptions"),
                N_("What to do offline, command by command, and what to hand in here."),
            ),
        ),
    ),
)
