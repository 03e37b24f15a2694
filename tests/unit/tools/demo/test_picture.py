"""The address as a picture that a telephone can read from the terminal."""

from __future__ import annotations

from tools.demo.picture import picture_of

ADDRESS = "https://192.0.2.7:8443/nur-otan-2020/"


def test_a_picture_is_a_square_with_a_light_margin():
    lines = picture_of(ADDRESS)

    width = len(lines[0])
    assert {len(line) for line in lines} == {width}
    assert len(lines) == (width + 1) // 2  # two rows in each line
    assert set(lines[0]) == {" "}
    assert all(line.startswith("   ") and line.endswith("   ") for line in lines)
    assert lines[1].startswith("   ▄▄▄▄▄▄▄ ")  # the upper left corner


def test_another_address_has_another_picture():
    assert picture_of(ADDRESS) != picture_of(ADDRESS + "vote")
