"""What is wrong with a field, as a person understands it and in their language.

Schemas say it in English, for programmers: "Length must be between 1 and 64."
"""

from __future__ import annotations

import re

from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _

_MISSING = N_("Fill this in.")
_TOLD = (
    (r"Missing data for required field\.|Field may not be null\.", _MISSING),
    (r"Shorter than minimum length 1\.|Write something\.", _MISSING),
    (
        r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.",
        N_("Fill this in, with %(most)s characters at most."),
    ),
    (
        r"Longer than (maximum length )?(?P<most>\d+)( characters)?\.",
        N_("Write %(most)s characters at most."),
    ),
    (
        r"(Shorter than minimum length|Length must be) (?P<least>\d+)\.",
        N_("Write %(least)s characters at least."),
    ),
    (
        r"Must be .* equal to (?P<least>\d+) and .* equal to (?P<most>\d+)\.",
        N_("Write a number from %(least)s to %(most)s."),
    ),
    (
        r"Must be greater than or equal to (?P<least>\d+)\.",
        N_("Write a number that is %(least)s or more."),
    ),
    (r"Not a valid (integer|number)\.", N_("Write a number.")),
    (r"Not a valid URL\.", N_("Write a web address; it begins with https://.")),
    (r"Not a valid (datetime|date|time)\.", N_("Write a day, and a time with it.")),
    (r"(?s)Must be one of: .*", N_("Choose one of those offered.")),
    (r"The code is six digits\.", N_("The code is six digits.")),
    (
        r"Give this to refuse, and only then\.",
        N_("A refusal needs this, and a registration has none."),
    ),
    (
        r"String does not match expected pattern\.|Not a valid string\.",
        N_("This is not written as it must be."),
    ),
)
_PATTERNS = [(re.compile(pattern), words) for pattern, words in _TOLD]


def in_words(detail: str) -> str:
    """The same in words for people; what is not known here as it stands."""
    for pattern, words in _PATTERNS:
        if found := pattern.fullmatch(detail):
            return _(words, **found.groupdict())
    return _(detail)
