"""How pages write times, numbers, codes and reasons, in the language spoken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from gateway.pages.languages import N_, language, locale, ngettext
from gateway.pages.languages import gettext as _

#: why a candidate is on a party list, or is not; the codes are tally's
_REASONS = {
    "rating": N_("Rated %(rank)s, with %(places)s still free."),
    "women_quota": N_(
        "Rated %(rank)s. The quota still needed %(women)s, with %(places)s free, so "
        "that men rated better were passed over."
    ),
    "young_quota": N_(
        "Rated %(rank)s. The quota still needed %(young)s, with %(places)s free, so "
        "that older candidates rated better were passed over."
    ),
    "women_and_young_quota": N_(
        "Rated %(rank)s. The quotas still needed %(women)s and %(young)s, with "
        "%(places)s free, so that others rated better were passed over."
    ),
    "places_needed_for_women": N_(
        "Rated %(rank)s, but only %(places)s stayed free, and the quota still needed "
        "%(women)s."
    ),
    "places_needed_for_young": N_(
        "Rated %(rank)s, but only %(places)s stayed free, and the quota still needed "
        "%(young)s."
    ),
    "places_needed_for_both": N_(
        "Rated %(rank)s, but only %(places)s stayed free, and the quotas still needed "
        "%(women)s and %(young)s."
    ),
    "list_full": N_("Rated %(rank)s; the list was full."),
    "withdrawn": N_("Withdrew, and stands no longer."),
}
_STATES = {
    "setting_up": N_("being set up"),
    "checking": N_("being checked"),
    "waiting_for_seal": N_("waiting for the seal"),
    "tallying": N_("being added up"),
    "waiting_for_trustees": N_("waiting for the trustees"),
    "decrypting": N_("being decrypted"),
    "disputed": N_("disputed"),
    "excluded": N_("excluded"),
    "voting": N_("open for votes"),
    "sealed": N_("sealed, waiting for the count"),
    "counted": N_("counted"),
    "open": N_("not decided yet"),
    "accepted": N_("accepted"),
    "accepted_in_part": N_("accepted in part"),
    "rejected": N_("rejected"),
    "out_of_scope": N_("out of scope"),
    "drawn": N_("drawn, no time yet"),
    "scheduled": N_("scheduled"),
    "held": N_("held"),
    "cancelled": N_("cancelled"),
    "stood_down": N_("stood down"),
    "removed": N_("removed by the organising committee"),
    "mazhilis": N_("Mazhilis"),
    "region": N_("region"),
    "district": N_("district"),
    "city_district": N_("city district"),
    "country": N_("country"),
    "present": N_("present"),
    "absent": N_("absent"),
    "add": N_("addition"),
    "change": N_("change"),
    "delete": N_("deletion"),
    "comment": N_("comment"),
    "added": N_("added"),
    "changed": N_("changed"),
    "submitted": N_("submitted"),
    "registered": N_("registered"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "ppo": N_("put forward by a party organisation"),
    "self": N_("put themselves forward"),
}
_PHASES = {
    "nomination": N_("nomination"),
    "vetting": N_("vetting"),
    "preparation": N_("preparation"),
    "campaigning": N_("campaigning"),
    "programmes": N_("programmes"),
    "enrolment_suspended": N_("enrolment suspended"),
    "debates": N_("debates"),
    "voting": N_("voting"),
    "paper_voting": N_("voting on paper"),
}
#: no line ends within a date
_DAY = {
    "kk": "y\N{NO-BREAK SPACE}'ж'.\N{NO-BREAK SPACE}d\N{NO-BREAK SPACE}MMMM",
    "ru": "d\N{NO-BREAK SPACE}MMMM\N{NO-BREAK SPACE}y\N{NO-BREAK SPACE}'г'.",
    "en": "d MMMM y",
}
_SHARE = {
    "kk": "#,##0.00\N{NO-BREAK SPACE}%",
    "ru": "#,##0.00\N{NO-BREAK SPACE}%",
    "en": "#,##0.00%",
}
_UNITS = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}


def instant(value: str, zone: str) -> Markup:
    """A moment in local time, with its zone in words."""
    local = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
    text = _("%(moment)s (%(place)s time)", moment=_moment(local), place=place_of(zone))
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), text)


def place_of(zone: str) -> str:
    """`Asia/Almaty` as people say it."""
    return get_timezone_location(zone, locale=locale(), return_city=True)


def day(value: str) -> str:
    """A date."""
    moment = datetime.fromisoformat(value)
    return format_datetime(moment, _DAY[language()], locale=locale())


def _moment(local: datetime) -> str:
    return format_datetime(local, f"{_DAY[language()]}, HH:mm", local.tzinfo, locale())


def distance(value: str, now: datetime) -> str:
    """How far a moment is: `in 3 days`, `2 hours ago`."""
    apart = datetime.fromisoformat(value) - now
    say = _ahead if apart > timedelta() else _ago
    span = abs(apart)
    for unit, length in _UNITS.items():
        if span >= length:
            return say(unit, span // length)
    return say("minute", 1)


def _ahead(unit: str, n: int) -> str:
    return {
        "day": ngettext("in %(n)s day", "in %(n)s days", n),
        "hour": ngettext("in %(n)s hour", "in %(n)s hours", n),
        "minute": ngettext("in %(n)s minute", "in %(n)s minutes", n),
    }[unit]


def _ago(unit: str, n: int) -> str:
    return {
        "day": ngettext("%(n)s day ago", "%(n)s days ago", n),
        "hour": ngettext("%(n)s hour ago", "%(n)s hours ago", n),
        "minute": ngettext("%(n)s minute ago", "%(n)s minutes ago", n),
    }[unit]


def number(value: float | None) -> str:
    """A whole number in groups of three; a dash where there is none."""
    return "–" if value is None else format_decimal(value, locale=locale())


def percent(share: float | None) -> str:
    """A share of 1 in per cent."""
    if share is None:
        return "–"
    return format_percent(share, _SHARE[language()], locale=locale())


def state(code: str | None) -> str:
    """A code of the platform in words."""
    known = _STATES.get(code or "")
    return _(known) if known else (code or "").replace("_", " ")


def phase(code: str) -> str:
    """A stretch of the calendar in words."""
    known = _PHASES.get(code)
    return _(known) if known else state(code)


def reason(because: Mapping[str, Any]) -> str:
    """Why somebody is on a list, or is not."""
    known = _REASONS.get(because["code"])
    if known is None:
        return state(because["code"])
    params = because["params"]
    return _(known) % {
        "rank": params.get("rank", "–"),
        "places": _places(params.get("free", 0)),
        "women": _women(params.get("women_needed", 0)),
        "young": _young(params.get("young_needed", 0)),
    }


def _places(n: int) -> str:
    return ngettext("%(n)s place", "%(n)s places", n)


def _women(n: int) -> str:
    return ngettext("%(n)s woman", "%(n)s women", n)


def _young(n: int) -> str:
    return ngettext("%(n)s young candidate", "%(n)s young candidates", n)


def tracker(value: str) -> str:
    """A tracker in groups of four, never shortened."""
    return " ".join(value[start : start + 4] for start in range(0, len(value), 4))
