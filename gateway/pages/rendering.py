"""The templates: what every one of them can call, in whichever language is spoken."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)

from gateway.pages import languages, words
from gateway.pages.assets import asset

_TEMPLATES = Path(__file__).parent / "templates"
_FILTERS = {
    "number": words.number,
    "percent": words.percent,
    "phase": words.phase,
    "state": words.state,
    "reason": words.reason,
    "day": words.day,
    "tracker": words.tracker,
}


class Govuk:
    """The macros of govuk-frontend-jinja by name: `govuk.errorSummary({...})`.

    They ask for options that nobody gave, which templates of ours may not: so they are
    compiled in an environment of their own.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment.overlay(undefined=ChainableUndefined)

    def __getattr__(self, name: str) -> Any:
        words_of = "".join(f"-{c.lower()}" if c.isupper() else c for c in name)
        path = f"govuk_frontend_jinja/components/{words_of}/macro.html"
        macro = f"govuk{name[0].upper()}{name[1:]}"
        return getattr(self._environment.get_template(path).module, macro)


@functools.cache
def templates() -> Environment:
    """The environment of all templates."""
    environment = Environment(
        loader=_loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        languages.translated, languages.translated_number, newstyle=True
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(
        asset=asset, govuk=Govuk(environment), LANGUAGES=languages.LANGUAGES
    )
    return environment


def _loader() -> ChoiceLoader:
    govuk = PackageLoader("govuk_frontend_jinja")
    return ChoiceLoader(
        [
            FileSystemLoader(_TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": govuk}),
        ]
    )
