"""How pages write times, numbers and reasons in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)

#: why a candidate is on a party list, or is not; the codes are tally's
_REASONS = {
    "rating": "Place {rank} of the rating is good enough: {free} places were free.",
    "women_quota": (
        "A woman was needed: the quota lacked {women_needed}, with {free} places "
        "left; who is rated better but is no woman was passed over."
    ),
    "young_quota": (
        "A young candidate was needed: the quota lacked {young_needed}, with {free} "
        "places left; who is rated better but is older was passed over."
    ),
    "women_and_young_quota": (
        "Both quotas lacked candidates ({women_needed} women, {young_needed} young), "
        "with {free} places left; who is rated better was passed over for them."
    ),
    "places_needed_for_women": (
        "Rated {rank}, but the {free} places left had to hold {women_needed} more "
        "women for the quota."
    ),
    "places_needed_for_young": (
        "Rated {rank}, but the {free} places left had to hold {young_needed} more "
        "young candidates for the quota."
    ),
    "places_needed_for_both": (
        "Rated {rank}, but the {free} places left had to hold {women_needed} more "
        "women and {young_needed} more young candidates for the quotas."
    ),
    "list_full": "Rated {rank}; the list was full.",
    "withdrawn": "Withdrew, and stands no longer.",
}
_STATES = {
    "voting": "open for votes",
    "sealed": "sealed, waiting for the count",
    "counted": "counted",
    "open": "not decided yet",
    "accepted": "accepted",
    "accepted_in_part": "accepted in part",
    "rejected": "rejected",
    "out_of_scope": "out of scope",
    "drawn": "drawn, no time yet",
    "scheduled": "scheduled",
    "held": "held",
    "cancelled": "cancelled",
    "stood_down": "stood down",
    "removed": "removed by the organising committee",
    "mazhilis": "Mazhilis",
    "region": "region",
    "district": "district",
    "city_district": "city district",
    "country": "country",
    "ppo": "put forward by a party organisation",
    "self": "put themselves forward",
}


def instant(value: str, zone: str) -> Markup:
    """A moment in local time, with its zone in words."""
    local = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
    text = f"{local.day} {local:%B %Y, %H:%M}"
    return Markup('<time datetime="{}">{} ({} time)</time>').format(
        local.isoformat(), text, place_of(zone)
    )


def place_of(zone: str) -> str:
    """`Asia/Almaty` as people say it."""
    return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")


def day(value: str) -> str:
    """A date."""
    date = datetime.fromisoformat(value)
    return f"{date.day} {date:%B %Y}"


def distance(value: str, now: datetime) -> str:
    """How far a moment is: `in 3 days`, `2 hours ago`."""
    apart = datetime.fromisoformat(value) - now
    words = _span(abs(apart))
    return f"in {words}" if apart > timedelta() else f"{words} ago"


def _span(apart: timedelta) -> str:
    if apart >= _DAY:
        return _several(apart // _DAY, "day")
    if apart >= _HOUR:
        return _several(apart // _HOUR, "hour")
    return _several(max(1, apart // timedelta(minutes=1)), "minute")


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def number(value: float | None) -> str:
    """A whole number in groups of three; a dash where there is none."""
    return "–" if value is None else f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def percent(share: float | None) -> str:
    """A share of 1 in per cent."""
    return "–" if share is None else f"{100 * share:.2f}\N{NO-BREAK SPACE}%"


def state(code: str | None) -> str:
    """A code of the platform in words."""
    return _STATES.get(code or "", (code or "").replace("_", " "))


def reason(because: Mapping[str, Any]) -> str:
    """Why somebody is on a list, or is not."""
    params = {"rank": "–", "free": 0, "women_needed": 0, "young_needed": 0}
    sentence = _REASONS.get(because["code"], state(because["code"]))
    return sentence.format_map(params | dict(because["params"]))


def tracker(value: str) -> str:
    """A tracker in groups of four, never shortened."""
    return " ".join(value[start : start + 4] for start in range(0, len(value), 4))
