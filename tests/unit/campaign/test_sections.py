from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.campaign.errors import (
    LanguagesMissing,
    LastSectionRemoved,
    SectionIncomplete,
    SectionUnchanged,
    UnknownSection,
)
from services.campaign.sections import (
    apply_changes,
    changes_between,
    programme_hash,
)

LANGUAGES = ("en", "kk")


def in_both(words: str) -> dict[str, str]:
    return {"en": words, "kk": f"{words} (kk)"}


def a_section(name: str, text: str = "As it is.") -> dict[str, Any]:
    return {"section": name, "title": in_both(name.title()), "text": in_both(text)}


DRAFT = [a_section("roads"), a_section("schools")]

lines = st.lists(st.sampled_from(["one", "two", "", "+ three", "- four"]), max_size=6)
texts = st.fixed_dictionaries({one: lines.map("\n".join) for one in LANGUAGES})
titles = st.fixed_dictionaries({one: st.sampled_from("AB") for one in LANGUAGES})
sections = st.lists(
    st.fixed_dictionaries(
        {"section": st.sampled_from("pqrs"), "title": titles, "text": texts}
    ),
    max_size=4,
    unique_by=lambda section: section["section"],
)


def as_lines(section: dict[str, Any], language: str) -> list[str]:
    return [section["title"][language], *section["text"][language].split("\n")]


@given(before=sections, after=sections)
def test_the_diff_holds_both_versions(before: list[Any], after: list[Any]):
    old = {each["section"]: each for each in before}
    new = {each["section"]: each for each in after}

    changes = {each["section"]: each for each in changes_between(before, after)}

    assert set(changes) == {k for k in old | new if old.get(k) != new.get(k)}
    for name, change in changes.items():
        for language, diff in change["diff"].items():
            for versions, marks in ((old, " -"), (new, " +")):
                kept = [line[1:] for line in diff if line[0] in marks]
                there = name in versions
                assert kept == (as_lines(versions[name], language) if there else [])


@given(before=sections, after=sections)
def test_a_language_without_a_diff_has_not_changed(before: list[Any], after: list[Any]):
    old = {each["section"]: each for each in before}
    new = {each["section"]: each for each in after}

    for change in changes_between(before, after):
        name = change["section"]
        for language in set(LANGUAGES) - set(change["diff"]):
            assert as_lines(old[name], language) == as_lines(new[name], language)


@given(before=sections, after=sections)
def test_two_programmes_share_a_hash_only_if_they_are_equal(
    before: list[Any], after: list[Any]
):
    assert (programme_hash(before) == programme_hash(after)) == (before == after)


def test_sections_keep_their_numbers_and_new_ones_come_last():
    changes = [
        {"section": "parks", "title": in_both("Parks"), "text": in_both("Trees.")},
        {"section": "roads", "text": in_both("Mend them.")},
    ]

    revised = apply_changes(DRAFT, changes, languages=LANGUAGES)

    assert [each["section"] for each in revised] == ["roads", "schools", "parks"]
    assert revised[0]["title"] == in_both("Roads")
    assert DRAFT[0]["text"] == in_both("As it is.")


def test_a_section_can_be_removed():
    changes = [{"section": "roads", "removed": True}]

    assert apply_changes(DRAFT, changes, languages=LANGUAGES) == [a_section("schools")]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ([{"section": "parks", "removed": True}], UnknownSection),
        ([{"section": "parks", "text": in_both("Trees.")}], SectionIncomplete),
        ([{"section": "roads", "text": in_both("As it is.")}], SectionUnchanged),
        ([{"section": "roads"}], SectionUnchanged),
        ([{"section": "roads", "text": {"en": "Only English."}}], LanguagesMissing),
        ([{"section": "roads", "text": in_both("x") | {"de": "x"}}], LanguagesMissing),
        (
            [{"section": each, "removed": True} for each in ("roads", "schools")],
            LastSectionRemoved,
        ),
    ],
)
def test_a_change_must_leave_whole_sections_and_change_something(
    changes: list[dict[str, Any]], refusal: type[Exception]
):
    with pytest.raises(refusal):
        apply_changes(DRAFT, changes, languages=LANGUAGES)
