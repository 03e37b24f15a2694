from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.definition import InvalidDefinition, parse_definition
from tests.support.definitions import a_definition_document

REQUIRED = sorted(a_definition_document())


def problems_of(document: object) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as refusal:
        parse_definition(document)
    return {each["pointer"]: each["detail"] for each in refusal.value.problems}


def put(document: Any, pointer: str, value: object) -> None:
    *outer, last = [int(s) if s.isdigit() else s for s in pointer.split("/")[1:]]
    reduce(lambda node, step: node[step], outer, document)[last] = value


DISTRICTS_ONLY = a_definition_document()["contests"][6:]

# Where something wrong is written, what, and where and why it is refused.
BREAKAGES: list[tuple[str, object, str, str]] = [
    ("/primary", "Nur Otan", "/primary", "lower-case"),
    ("/primary", "x" * 65, "/primary", "maximum length"),
    ("/rehearsal", "yes", "/rehearsal", "boolean"),
    ("/rehearsal", 1, "/rehearsal", "boolean"),
    ("/title", "Primaries", "/title", "language"),
    ("/title", {"en": "Primaries"}, "/title/kk", "missing in kk"),
    ("/country", "Kazakhstan", "/country", "code like"),
    ("/country", "KG", "/territories", "KG"),
    ("/languages", [], "/languages", "minimum length"),
    ("/languages", ["en", "en"], "/languages/1", "occurs twice"),
    ("/zone", "Asia/Nursultan", "/zone", "time zone"),
    ("/zone", "../../etc/passwd", "/zone", "time zone"),
    ("/group", "P-256", "/group", "one of"),
    ("/max_roll", "10000", "/max_roll", "integer"),
    ("/max_roll", 0, "/max_roll", "greater"),
    ("/max_roll", True, "/max_roll", "integer"),
    ("/min_ballots", 20000, "/min_ballots", "max_roll"),
    ("/trustees", 0, "/trustees", "greater"),
    ("/threshold", 0, "/threshold", "greater"),
    ("/threshold", 3, "/threshold", "not that many"),
    ("/threshold", 1, "/threshold", "alone"),
    (
        "/calendar/phases/programmes/closes_at",
        "2020-09-01T00:00:00Z",
        "/calendar/phases/programmes/closes_at",
        "closes before",
    ),
    (
        "/calendar/instants/publication",
        "2020-10-01T00:00:00Z",
        "/calendar/instants/publication",
        "/instants/tie_lot",
    ),
    ("/calendar/phases/voting", {}, "/calendar/phases/voting/opens_at", "Missing"),
    ("/territories/1/parent", "KZ-XXX", "/territories/1/parent", "KZ-XXX"),
    ("/territories/1/parent", None, "/territories", "no parent"),
    ("/territories/1/parent", "KZ-KUS", "/territories/1/parent", "cannot lie"),
    ("/territories/4/code", "KZ-113200000", "/territories/5/code", "twice"),
    ("/territories/1/code", "KZ.AKM", "/territories/1/code", "code like"),
    ("/territories/1/level", "oblast", "/territories/1/level", "one of"),
    ("/territories/1/zone", "Mars/Olympus", "/territories/1/zone", "time zone"),
    ("/territories/1/name", {"en": " "}, "/territories/1/name", "language"),
    ("/contests/0/territory", "KZ-XXX", "/contests/0/territory", "KZ-XXX"),
    ("/contests/0/territory", "KZ-111000000", "/contests/0/territory", "mazhilis"),
    ("/contests/0/contest", "mazhilis-kz-kus", "/contests/1/contest", "twice"),
    ("/contests/0/level", "region", "/territories/4/code", "two contests"),
    ("/contests/0/choices", 0, "/contests/0/choices", "greater"),
    ("/contests/0/seats", 2.0, "/contests/0/seats", "integer"),
    ("/contests/0/min_age", 12, "/contests/0/min_age", "greater"),
    ("/contests/0/residence", "planet", "/contests/0/residence", "one of"),
    ("/contests/0/threshold", 5, "/contests/0/threshold", "Unknown"),
    ("/contests", DISTRICTS_ONLY, "/territories/7/code", "no contest"),
    ("/quotas/women/percent", 101, "/quotas/women/percent", "less"),
    ("/quotas/young", {"percent": 20}, "/quotas/young/under_age", "Missing"),
    ("/reference_date", "3 October 2020", "/reference_date", "date"),
    ("/ties", "coin", "/ties", "lot"),
    ("/list_rule", "B", "/list_rule", "A"),
    ("/identity", {"scheme": "pattern"}, "/identity/pattern", "needs one"),
    ("/identity/pattern", "[0-9]+", "/identity/pattern", "no other"),
    ("/identity", {"scheme": "pattern", "pattern": "("}, "/identity/pattern", "Not a"),
    ("/nomination/routes", ["self"], "/nomination/documents/0/routes", "ppo"),
    ("/nomination/documents/1/id", "consent", "/nomination/documents/1/id", "twice"),
    ("/programmes/sections", [], "/programmes/sections", "minimum"),
    ("/programmes/sections/1/id", "roads", "/programmes/sections/1/id", "twice"),
    ("/programmes/sections/1/id", "new", "/programmes/sections/1/id", "Invalid"),
    ("/debates/group_max", 2, "/debates/group_max", "greater"),
    ("/debates/group_min", 7, "/debates/group_max", "group_min"),
    ("/debates/slot_minutes", 90, "/debates/slot_minutes", "5640 seconds"),
    ("/debates/hours/closes", "08:00", "/debates/hours/closes", "after"),
    ("/debates/hours/opens", "9 a.m.", "/debates/hours/opens", "time"),
    ("/debates/venues/0/region", "KZ-XXX", "/debates/venues/0/region", "KZ-XXX"),
    ("/debates/moderators/0/region", "X", "/debates/moderators/0/region", "X"),
    ("/assumed/0/field", "/contests/*/colour", "/assumed/0/field", "/colour"),
    ("/assumed/0/field", "choices", "/assumed/0/field", "choices"),
    ("/colour", "blue", "/colour", "Unknown"),
]


@pytest.mark.parametrize(("where", "what", "pointer", "reason"), BREAKAGES)
def test_something_wrong_is_refused_with_its_field_and_the_reason(
    where: str, what: object, pointer: str, reason: str
):
    document = a_definition_document()
    put(document, where, what)
    assert reason in problems_of(document)[pointer]


@pytest.mark.parametrize("key", REQUIRED)
def test_nothing_may_be_left_out(key: str):
    document = a_definition_document()
    del document[key]
    assert problems_of(document) == {f"/{key}": "Missing data for required field."}


def test_all_problems_are_told_at_once():
    document = a_definition_document(ties="coin", list_rule="B", trustees=0)
    assert problems_of(document).keys() == {"/ties", "/list_rule", "/trustees"}


@pytest.mark.parametrize("document", [None, [], "primary", 7])
def test_what_is_no_document_at_all_is_refused(document: object):
    assert "/" in problems_of(document)


_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def _pointers(node: object, pointer: str = "") -> list[str]:
    below = node.items() if isinstance(node, dict) else ()
    below = enumerate(node[:1]) if isinstance(node, list) else below
    paths = [
        path for key, value in below for path in _pointers(value, f"{pointer}/{key}")
    ]
    return [pointer, *paths] if pointer else paths


@given(st.sampled_from(_pointers(a_definition_document())), _JUNK)
def test_junk_anywhere_is_accepted_or_refused_but_never_breaks(
    pointer: str, junk: object
):
    document = a_definition_document()
    put(document, pointer, junk)
    try:
        definition = parse_definition(document)
    except InvalidDefinition as refusal:
        problems = refusal.problems
    else:
        problems = None
        assert definition.document == document
    assert problems is None or all(each["detail"] for each in problems)
    assert problems != []


def test_a_refusal_reads_as_one_line_per_problem():
    refusal = InvalidDefinition(
        problems=[
            {"file": "a.yaml", "line": "3", "pointer": "/ties", "detail": "Why."},
            {"pointer": "/zone", "detail": "Because."},
        ]
    )
    assert list(refusal.lines()) == ["a.yaml:3: /ties: Why.", "/zone: Because."]
    travelled = InvalidDefinition(*refusal.args)
    assert travelled.problems == refusal.problems
