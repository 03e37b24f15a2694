"""Which pictures the guides show: the page, in whose session, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture; `path` may name a contest, a candidacy or a territory."""

    name: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    moment: str = "voting"
    on_telephone: bool = False
    #: the field in which the number of somebody who comes for paper is typed and sent
    looks_up_in: str = ""
    #: the part of the page that is shown; empty for its first screen
    part: str = ""


def _as(role: str) -> str:
    """The part of "My page" that lists what a role can do."""
    return f'section[aria-labelledby="as-{role}"]'


PICTURES = (
    Picture(name="home", path="", on_telephone=True),
    Picture(name="check", path="check", on_telephone=True),
    Picture(name="candidates", path="candidates", on_telephone=True),
    Picture(
        name="me-candidate", path="me", role="candidate", part=_as("candidate"),
        on_telephone=True,
    ),
    Picture(
        name="apply", path="apply", role="member", moment="nomination",
        on_telephone=True,
    ),
    Picture(
        name="candidate-page", path="me/candidate-page", role="candidate",
        on_telephone=True,
    ),
    Picture(
        name="candidate-debates", path="me/debates", role="candidate",
        on_telephone=True,
    ),
    Picture(name="secretary", path="organisation", role="secretary", part="main"),
    Picture(
        name="nominate", path="organisation/nominate", role="secretary",
        moment="nomination", part="main",
    ),
    Picture(name="me-officer", path="me", role="officer", part=_as("officer")),
    Picture(
        name="nominations", path="office/nominations", query={"state": "registered"},
        role="officer", part="main",
    ),
    Picture(name="calendar", path="office/calendar", role="officer", part="main"),
    Picture(name="ballot", path="office/ballot", role="officer", part="main"),
    Picture(
        name="count", path="office/count", role="officer", part="main",
        moment="published",
    ),
    Picture(
        name="station", path="station", role="station_officer", part="main",
        moment="paper", looks_up_in="#iin",
    ),
    Picture(
        name="protocol", path="station/protocol", role="station_officer", part="main",
        moment="published",
    ),
    Picture(name="trustee", path="trustee", role="trustee", part="main"),
    Picture(
        name="decryption", path="trustee", role="trustee", part="main",
        moment="published",
    ),
    Picture(name="observer", path="observer", role="observer", part="main"),
    Picture(
        name="result", path="results/{contest}", part="main", moment="published"
    ),
    Picture(name="list", path="lists/{contest}", part="main", moment="published"),
    Picture(name="boards", path="boards", part="main", moment="published"),
)  # fmt: skip
