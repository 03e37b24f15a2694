"""Kazakh, Russian and English, each in its own way."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gateway.pages import languages, words
from gateway.pages.languages import speaking


def test_kazakh_letters_stand_beside_their_kin():
    names = ["Шымкент", "Құлан", "Қарағанды", "Кентау", "Әулиеата", "Ақтөбе", "Іле"]

    assert sorted(names, key=languages.alphabetical) == [
        "Ақтөбе", "Әулиеата", "Кентау", "Қарағанды", "Құлан", "Шымкент", "Іле",
    ]  # fmt: skip


def test_a_language_is_spoken_within_and_forgotten_after():
    with speaking("kk"), speaking("ru"):
        assert languages.language() == "ru"

    assert languages.language() == "en"


@pytest.mark.parametrize(
    ("language", "moment"),
    [
        ("kk", "2020\xa0ж.\xa03\xa0қазан, 14:00"),
        ("ru", "3\xa0октября\xa02020\xa0г., 14:00"),
        ("en", "3 October 2020, 14:00"),
    ],
)
def test_moments_are_written_as_the_language_writes_them(language, moment):
    with speaking(language):
        assert moment in words.instant("2020-10-03T08:00:00Z", "Asia/Almaty")


@pytest.mark.parametrize(
    ("language", "number", "share"),
    [("kk", "9\xa0163", "69,79\xa0%"), ("en", "9,163", "69.79%")],
)
def test_numbers_are_written_as_the_language_writes_them(language, number, share):
    with speaking(language):
        assert words.number(9163) == number
        assert words.percent(0.6979) == share


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("kk-KZ,ru;q=0.8", "kk"), ("de, ru-RU;q=0.5, en;q=0.3", "ru"), ("de", None)],
)
def test_what_a_browser_prefers_counts_whatever_the_country(accepted, language):
    header = parse_accept_header(accepted, LanguageAccept)

    assert languages.preferred(header) == language
