"""What telephones receive, in the languages of the primary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.definition import Definition
from contracts.definition.messages import message_text
from tests.support.definitions import a_definition

TEXTS = {"kk": "Кіру коды.", "ru": "Код входа.", "en": "Your sign-in code."}


def held_in(*languages: str) -> Definition:
    title = {each: f"Title in {each}" for each in languages}
    return replace(a_definition(), languages=languages, title=title)


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        (("kk", "ru", "en"), "Title in kk: 123456\nКіру коды.\nКод входа."),
        (("ru", "tr"), "Title in ru: 123456\nКод входа."),
        (("tr",), "Title in tr: 123456\nYour sign-in code."),
    ],
)
def test_a_code_is_told_once_in_the_first_languages_of_the_primary(languages, text):
    assert message_text(held_in(*languages), TEXTS, code="123456") == text


def test_a_message_without_a_code_begins_with_the_title_alone():
    assert message_text(held_in("ru"), TEXTS) == "Title in ru\nКод входа."
