"""One spelling of a name for Python, the wire and the database."""

from __future__ import annotations

import re

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """`SubmitNomination` becomes `submit_nomination`."""
    return _WORD_START.sub("_", name).lower()
