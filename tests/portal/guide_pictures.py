"""Which pictures the guides show: the page, in whose session, and when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture; `path` may name a contest, a candidacy or a territory."""

    name: str
    path: str
    role: str = ""
    moment: str = "voting"
    on_telephone: bool = False
    #: the part of the page that is shown; empty for its first screen
    part: str = ""


def _as(role: str) -> str:
    """The part of "My page" that lists what a role can do."""
    return f'section[aria-labelledby="as-{role}"]'


PICTURES = (
    Picture(name="home", path="", on_telephone=True),
    Picture(name="candidates", path="candidates", on_telephone=True),
    Picture(
        name="me-candidate", path="me", role="candidate", part=_as("candidate"),
        on_telephone=True,
    ),
    Picture(name="apply", path="apply", role="candidate", on_telephone=True),
    Picture(name="secretary", path="organisation", role="secretary", part="main"),
    Picture(
        name="result", path="results/{contest}", part="main", moment="published"
    ),
    Picture(name="list", path="lists/{contest}", part="main", moment="published"),
    Picture(name="boards", path="boards", part="main", moment="published"),
)  # fmt: skip
