"""Sections of a programme: applying changes, telling them apart, hashing them.

Pure functions on the JSON form of sections: `{"section", "title", "text"}`, the
last two a text for each language.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from contracts.campaign.errors import (
    LanguagesMissing,
    LastSectionRemoved,
    SectionIncomplete,
    SectionUnchanged,
    UnknownSection,
)
from contracts.definition import Section

SectionForm: TypeAlias = dict[str, Any]
_WORDS = ("title", "text")


def first_draft(template: Iterable[Section]) -> list[SectionForm]:
    """The sections that every territory starts from."""
    return [
        {"section": each.id, "title": dict(each.title), "text": dict(each.text)}
        for each in template
    ]


def programme_hash(sections: list[SectionForm]) -> str:
    """SHA-256 of the sections as JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        sections, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def apply_changes(
    sections: list[SectionForm],
    changes: Iterable[Mapping[str, Any]],
    *,
    languages: tuple[str, ...],
) -> list[SectionForm]:
    """The sections after the changes; new ones stand at the end."""
    revised = {each["section"]: each for each in sections}
    for change in changes:
        _apply(revised, change, languages)
    if not revised:
        raise LastSectionRemoved
    return list(revised.values())


def _apply(
    revised: dict[str, SectionForm],
    change: Mapping[str, Any],
    languages: tuple[str, ...],
) -> None:
    name = change["section"]
    if change.get("removed"):
        if revised.pop(name, None) is None:
            raise UnknownSection(section=name)
        return
    written = {w: dict(change[w]) for w in _WORDS if change.get(w)}
    before = revised.get(name, {"section": name})
    after = {**before, **written}
    _require_whole(after, languages)
    if after == before:
        raise SectionUnchanged(section=name)
    revised[name] = after


def _require_whole(section: SectionForm, languages: tuple[str, ...]) -> None:
    """Title and text are there, in exactly the languages of the primary."""
    for word in _WORDS:
        if word not in section:
            raise SectionIncomplete(section=section["section"], field=word)
        if set(section[word]) != set(languages):
            raise LanguagesMissing(
                section=section["section"], field=word, languages=", ".join(languages)
            )


def changes_between(
    before: list[SectionForm], after: list[SectionForm]
) -> Iterator[dict[str, Any]]:
    """What differs, section by section: `{"section", "change", "diff"}`."""
    old = {each["section"]: each for each in before}
    new = {each["section"]: each for each in after}
    for name in old | new:
        if old.get(name) != new.get(name):
            yield {
                "section": name,
                "change": _kind_of_change(name in old, name in new),
                "diff": _diff(old.get(name), new.get(name)),
            }


def _kind_of_change(was: bool, is_there: bool) -> str:  # noqa: FBT001 (two plain facts)
    if was and is_there:
        return "changed"
    return "added" if is_there else "removed"


def _diff(old: SectionForm | None, new: SectionForm | None) -> dict[str, list[str]]:
    """By language: every line with ` `, `-` or `+` before it.

    Lines with ` ` or `-` are the old section, those with ` ` or `+` the new.
    """
    languages = (new or old or {})["text"]
    diffs = {
        language: _line_diff(_lines(old, language), _lines(new, language))
        for language in languages
    }
    return {language: diff for language, diff in diffs.items() if diff}


def _lines(section: SectionForm | None, language: str) -> list[str]:
    """A section as lines, its title first."""
    if section is None:
        return []
    return [section["title"][language], *section["text"][language].split("\n")]


def _line_diff(old: list[str], new: list[str]) -> list[str]:
    whole = len(old) + len(new)  # so much context that nothing is left out
    marked = list(difflib.unified_diff(old, new, lineterm="", n=whole))
    return marked[3:]  # without the three lines of a file's heading
