"""The languages of the pages: Kazakh, Russian and English.

Texts are written in English in the code and in the templates, within `_()`; the
catalogues in `locale/` hold the others. Which language is spoken belongs to the
request that is being answered:

    with speaking("kk"):
        _("Candidates")  # Үміткерлер
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from werkzeug.datastructures import LanguageAccept

#: by their own names, in the order in which they are offered
LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
SOURCE = "en"  # what the texts are written in
COOKIE = "lang"

#: Kazakh and Russian letters in one order: the Kazakh ones stand beside their kin
_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_LETTERS = {letter: place for place, letter in enumerate(_ALPHABET, start=0x400)}

_LOCALE = Path(__file__).parent / "locale"
_spoken: ContextVar[str] = ContextVar("language", default=SOURCE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, texts, dates and numbers are in this language."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def locale() -> Locale:
    """How that language writes dates and numbers."""
    return _locale(language())


def gettext(message: str, **values: Any) -> str:
    """The text in the language spoken; `%(name)s` stands for a value."""
    text = translated(message)
    return text % values if values else text


def ngettext(one: str, several: str, n: int, **values: Any) -> str:
    """The text for a number of things; `%(n)s` stands for the number."""
    return translated_number(one, several, n) % ({"n": n} | values)


def translated(message: str) -> str:
    """The text, its values not filled in: templates do that themselves."""
    return _catalogue(language()).gettext(message)


def translated_number(one: str, several: str, n: int) -> str:
    """The text for a number of things, its values not filled in."""
    return _catalogue(language()).ngettext(one, several, n)


def N_(message: str) -> str:  # noqa: N802
    """Mark a text that is translated where it is shown."""
    return message


def chosen(
    asked: str, kept: str, accepted: LanguageAccept, offered: Iterable[str]
) -> str:
    """A reader's language: what they ask for, else asked for before, else prefer.

    Who prefers none of ours gets the first that the primary offers.
    """
    for each in (asked, kept):
        if each in LANGUAGES:
            return each
    among = (each for each in offered if each in LANGUAGES)
    return preferred(accepted) or next(among, SOURCE)


def preferred(accepted: LanguageAccept) -> str | None:
    """The first of ours that a browser accepts; `kk-KZ` is Kazakh."""
    bases = (tag.split("-")[0].lower() for tag, weight in accepted if weight)
    return next((each for each in bases if each in LANGUAGES), None)


def alphabetical(text: str) -> tuple[int, ...]:
    """By which texts are put in order, where code points would misplace letters."""
    return tuple(_LETTERS.get(letter, ord(letter)) for letter in text.casefold())


@functools.cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@functools.cache
def _catalogue(name: str) -> NullTranslations:
    """The catalogue as it stands in its text file."""
    path = _LOCALE / name / "LC_MESSAGES/messages.po"
    if name == SOURCE:
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=name))
    compiled.seek(0)
    return Translations(compiled)
