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
    "rating": "Rated {rank}, with {places} still free.",
    "women_quota": (
        "Rated {rank}. The quota still needed {women}, with {places} free, so that "
        "men rated better were passed over."
    ),
    "young_quota": (
        "Rated {rank}. The quota still needed {young}, with {places} free, so that "
        "older candidates rated better were passed over."
    ),
    "women_and_young_quota": (
        "Rated {rank}. The quotas still needed {women} and {young}, with {places} "
        "free, so that others rated better were passed over."
    ),
    "places_needed_for_women": (
        "Rated {rank}, but only {places} stayed free, and the quota still needed "
        "{women}."
    ),
    "places_needed_for_young": (
        "Rated {rank}, but only {places} stayed free, and the quota still needed "
        "{young}."
    ),
    "places_needed_for_both": (
        "Rated {rank}, but only {places} stayed free, and the quotas still needed "
        "{women} and {young}."
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


def _several(count: int, noun: str, nouns: str | None = None) -> str:
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"


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
    params = because["params"]
    facts = {
        "rank": params.get("rank", "–"),
        "places": _several(params.get("free", 0), "place"),
        "women": _several(params.get("women_needed", 0), "woman", "women"),
        "young": _several(params.get("young_needed", 0), "young candidate"),
    }
    return _REASONS.get(because["code"], state(because["code"])).format_map(facts)


def tracker(value: str) -> str:
    """A tracker in groups of four, never shortened."""
    return " ".join(value[start : start + 4] for start in range(0, len(value), 4))
