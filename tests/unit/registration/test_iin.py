"""National numbers: what they tell, and which of them cannot be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts.registration.errors import InvalidNumber
from services.registration.iin import Sex, birth_date, check_digit, check_iin, sex
from services.registration.numbers import read_number
from tests.support.definitions import a_definition
from tests.support.registration import an_iin

TODAY = date(2020, 8, 20)
EXAMPLES = (
    ("850312401235", date(1985, 3, 12), Sex.FEMALE),
    ("901130345672", date(1990, 11, 30), Sex.MALE),
    ("010228500094", date(2001, 2, 28), Sex.MALE),
    ("620705499999", date(1962, 7, 5), Sex.FEMALE),
    ("850312401808", date(1985, 3, 12), Sex.FEMALE),  # by the second pass
)
DAYS = st.dates(date(1800, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(("iin", "born_on", "its_sex"), EXAMPLES)
def test_a_number_tells_birth_date_and_sex(iin: str, born_on: date, its_sex: Sex):
    check_iin(iin, on=TODAY)

    assert (birth_date(iin), sex(iin)) == (born_on, its_sex)


@pytest.mark.parametrize("digit", "0123456789")
def test_a_number_that_is_never_issued_has_no_check_digit(digit: str):
    with pytest.raises(InvalidNumber):
        check_iin("85031240181" + digit, on=TODAY)


@pytest.mark.parametrize(
    ("iin", "reason"),
    [
        ("85031240123", "twelve digits"),
        ("8503124012355", "twelve digits"),
        ("85031240123x", "twelve digits"),
        ("٨٥٠٣١٢٤٠١٢٣٥", "twelve digits"),
        ("850312401235\n", "twelve digits"),
        ("850312001230", "seventh digit"),
        ("850312701230", "seventh digit"),
        ("850230401230", "birth date"),
        ("851312401230", "birth date"),
        ("850312401236", "check digit"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(iin: str, reason: str):
    with pytest.raises(InvalidNumber) as refusal:
        check_iin(iin, on=TODAY)

    assert reason in refusal.value.detail
    assert iin not in refusal.value.detail


def test_nobody_is_born_after_the_day_of_the_check():
    born_tomorrow = an_iin(TODAY + timedelta(days=1), Sex.MALE)

    with pytest.raises(InvalidNumber):
        check_iin(born_tomorrow, on=TODAY)
    check_iin(born_tomorrow, on=TODAY + timedelta(days=1))


@settings(deadline=None)
@given(DAYS, st.sampled_from(Sex), st.integers(0, 9999))
def test_every_issued_number_is_accepted_and_tells_what_went_in(
    born_on: date, its_sex: Sex, serial: int
):
    iin = numbered(born_on, its_sex, serial)

    check_iin(iin, on=date(2100, 1, 1))
    assert (birth_date(iin), sex(iin)) == (born_on, its_sex)


@settings(deadline=None)
@given(DAYS, st.integers(0, 9999), st.integers(1, 9))
def test_any_other_check_digit_is_refused(born_on: date, serial: int, step: int):
    iin = numbered(born_on, Sex.MALE, serial)
    other = iin[:11] + str((int(iin[11]) + step) % 10)

    with pytest.raises(InvalidNumber):
        check_iin(other, on=date(2100, 1, 1))


@settings(deadline=None)
@given(st.text(max_size=11))
def test_no_text_breaks_the_check(text: str):
    with pytest.raises(InvalidNumber) as refusal:
        check_iin(text, on=TODAY)
    assert set(refusal.value.params) == {"reason"}


def test_another_party_s_numbers_follow_its_own_pattern():
    identity = {"scheme": "pattern", "pattern": "[A-Z]{2}[0-9]{4}"}
    definition = a_definition(identity=identity)

    assert read_number(definition, " AB1234 ", on=TODAY) == "AB1234"
    for wrong in ("AB12345", "ab1234", "AB١٢٣٤", ""):
        with pytest.raises(InvalidNumber):
            read_number(definition, wrong, on=TODAY)


def numbered(born_on: date, its_sex: Sex, serial: int) -> str:
    century = {18: 1, 19: 3, 20: 5}[born_on.year // 100] + (its_sex is Sex.FEMALE)
    eleven = f"{born_on:%y%m%d}{century}{serial:04}"
    digit = check_digit(eleven)
    assume(digit is not None)
    return f"{eleven}{digit}"
