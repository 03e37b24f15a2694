"""What a definition is refused for, and what it is asked for in vain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from chassis.errors import Invalid, NotFound


class InvalidDefinition(Invalid):
    """The definition cannot be used; see the list of problems.

    Each problem is a dict: `pointer` (the field as a JSON pointer), `detail`
    (the reason) and, where they are known, `file` and `line`.
    """

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is wrong, field by field."""
        return cast(list[dict[str, str]], self.params["problems"])

    def lines(self) -> Iterator[str]:
        """One readable line per problem: `file:line: field: reason`."""
        for problem in self.problems:
            known = (problem.get("file"), problem.get("line"))
            place = ":".join(str(part) for part in known if part)
            prefix = f"{place}: " if place else ""
            yield f"{prefix}{problem['pointer']}: {problem['detail']}"


class UnknownTerritory(NotFound):
    """This primary has no territory {territory}."""


class UnknownContest(NotFound):
    """This primary has no contest {contest}."""


class UnknownVotingDistrict(NotFound):
    """{district} is not a voting district of this primary."""
