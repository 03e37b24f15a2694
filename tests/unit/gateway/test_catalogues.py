"""What the pages say in Kazakh and Russian is whole and fits what it translates."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from gateway.pages import error_texts, languages

LOCALE = Path(languages.__file__).parent / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w+\}|</?\w+[^>]*>")
SEVERAL = {"kk": 2, "ru": 3}


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What `make messages` gathers, each thing by its first form.

    In a process of its own, which knows the errors of the platform and no others.
    """
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    babel = [sys.executable, "-W", "ignore", "-m", "babel.messages.frontend"]
    where = ["--mapping-file", "locale/extract.cfg", "--output-file", str(template)]
    subprocess.run(
        [*babel, "--quiet", "extract", "--keywords", "N_", *where, "."],
        cwd=LOCALE.parent,
        env=os.environ | {"PYTHONPATH": str(LOCALE.parents[2])},
        check=True,
    )
    with template.open("rb") as file:
        return {texts(message.id)[0] for message in read_po(file) if message.id}


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("language", SEVERAL)
def test_every_text_of_a_catalogue_is_translated(language: str):
    untold = [m.id for m in catalogue(language) if m.id and not all(texts(m.string))]

    assert untold == []


@pytest.mark.parametrize("language", SEVERAL)
def test_a_catalogue_holds_all_that_is_said_and_nothing_else(
    language: str, said: set[str]
):
    told = {texts(message.id)[0] for message in catalogue(language) if message.id}

    assert sorted(told ^ said) == []


@pytest.mark.parametrize("language", SEVERAL)
def test_a_number_of_things_has_each_form_of_the_language(language: str):
    plural = [m for m in catalogue(language) if isinstance(m.id, tuple)]

    assert plural
    assert {len(texts(m.string)) for m in plural} == {SEVERAL[language]}


@pytest.mark.parametrize("language", SEVERAL)
def test_a_translation_names_the_same_values(language: str):
    astray = [
        text
        for message in catalogue(language)
        for text in texts(message.string)
        if message.id
        and placeholders(text) not in [placeholders(each) for each in texts(message.id)]
    ]

    assert astray == []


@pytest.mark.parametrize("language", SEVERAL)
def test_no_translation_is_a_guess(language: str):
    assert [message.id for message in catalogue(language) if message.fuzzy] == []


def test_the_messages_of_errors_are_gathered_for_the_translators():
    texts = {text for _line, _function, text, _comments in error_texts.extract()}

    assert "There is no primary {primary}." in texts
    assert "Unknown primary" in texts
    assert "" not in texts
