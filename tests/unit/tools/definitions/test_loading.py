from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from contracts.definition import InvalidDefinition
from tests.support.definitions import PRIMARIES
from tools.definitions import load_definition_file
from tools.definitions.yaml_files import read_yaml


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small party's definition, to be broken."""
    return Path(shutil.copy(PRIMARIES / "small-party.yaml", tmp_path / "party.yaml"))


@pytest.fixture
def with_tables(small: Path) -> Path:
    """The same with its territories in a CSV file."""
    text = small.read_text(encoding="utf-8")
    start, end = text.index("territories:"), text.index("contests:")
    table = "territories: {files: [places.csv]}\n\n"
    small.write_text(text[:start] + table + text[end:], encoding="utf-8")
    rows = [
        "# Invented for this test.",
        "code,parent,level,kind,name_is,name_en",
        "IS,,country,country,Ísland,Iceland",
        "IS-1,IS,region,region,Höfuðborgarsvæði,Capital Region",
        "",
        "IS-4,IS,region,region,Vestfirðir,Westfjords",
        "IS-6,IS,region,region,Norðurland eystra,Northeastern Region",
        "IS-7,IS,region,region,Austurland,Eastern Region",
    ]
    small.with_name("places.csv").write_text("\n".join(rows), encoding="utf-8")
    return small


def change(path: Path, old: str, new: str) -> int:
    """Replace the only occurrence; give the line on which it stands."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def the_problem(path: Path) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as refusal:
        load_definition_file(path)
    assert len(refusal.value.problems) == 1
    return refusal.value.problems[0]


def test_a_table_gives_the_same_document_as_the_rows_written_out(with_tables: Path):
    original = load_definition_file(PRIMARIES / "small-party.yaml")
    loaded = load_definition_file(with_tables)
    for territory in loaded["territories"]:
        territory.setdefault("zone", None)
    for territory in original["territories"]:
        territory.setdefault("zone", None)
    assert loaded == original


@pytest.mark.parametrize(
    ("old", "new", "pointer", "reason"),
    [
        ("trustees: 2", "trustees: none", "/trustees", "integer"),
        ("rehearsal: false", "rehearsal: no", "/rehearsal", "boolean"),
        ("ties: lot", "ties: lot\nties: coin", "/ties", "twice"),
        ("min_ballots: 5", "min_ballot: 5", "/min_ballot", "Unknown"),
        ("zone: Atlantic/Reykjavik", "zone: Iceland City", "/zone", "time zone"),
        (
            "publication: 2022-03-12 22:00",
            "publication: 2022-03-10 22:00",
            "/calendar/instants/publication",
            "tie_lot",
        ),
        (
            "complaints_end: 2022-03-19 18:00",
            "complaints_end: 19 March",
            "/calendar/instants/complaints_end",
            "local time",
        ),
        (
            "complaints_end: 2022-03-19 18:00",
            "complaints_end: 2022-02-30 18:00",
            "/calendar/instants/complaints_end",
            "no such date",
        ),
        (
            "complaints_end: 2022-03-19 18:00",
            "complaints_end: 2022-03-19 18:00 Mars/Olympus",
            "/calendar/instants/complaints_end",
            "Mars/Olympus",
        ),
        (
            "complaints_end: 2022-03-19 18:00",
            "complaints_end: 2022-03-27 02:30 Europe/Berlin",
            "/calendar/instants/complaints_end",
            "does not occur",
        ),
        (
            "complaints_end: 2022-03-19 18:00",
            "complaints_end: 2022-10-30 02:30 Europe/Berlin",
            "/calendar/instants/complaints_end",
            "occurs twice",
        ),
        ("ties: lot", "ties: &tie lot\nlist_rule: *tie", "/", "aliases"),
        ("ties: lot", "ties: [lot", "/", "Not YAML"),
        ("ties: lot", "ties: !!python/name:os.system lot", "/", "Not YAML"),
        ("assumed: []", "assumed: []\n7: seven", "", "plain word"),
        (
            "contest_titles:",
            "territory_zones: {IS-9: UTC}\ncontest_titles:",
            "/territory_zones/IS-9",
            "no such territory",
        ),
    ],
)
def test_a_broken_file_is_refused_with_file_field_and_reason(
    small: Path, old: str, new: str, pointer: str, reason: str
):
    change(small, old, new)
    with pytest.raises(InvalidDefinition) as refusal:
        load_definition_file(small)
    found = {each["pointer"]: each for each in refusal.value.problems}
    assert reason in found[pointer]["detail"]
    assert found[pointer]["file"] == str(small)


def test_a_problem_names_the_line_on_which_it_stands(small: Path):
    line = change(small, "trustees: 2", "trustees: 0")
    assert the_problem(small)["line"] == str(line)


def test_a_problem_inside_a_list_names_its_own_line(small: Path):
    line = change(small, "territory: IS-4,", "territory: IS-9,")
    problems = load_and_collect(small)
    assert problems["/contests/1/territory"]["line"] == str(line)


def load_and_collect(path: Path) -> dict[str, dict[str, str]]:
    with pytest.raises(InvalidDefinition) as refusal:
        load_definition_file(path)
    return {each["pointer"]: each for each in refusal.value.problems}


@pytest.mark.parametrize(
    ("old", "new", "pointer", "reason"),
    [
        ("IS-7,IS,", "IS-7,NO,", "/territories/4/parent", "NO"),
        ("IS-7,IS,region", "IS-7,IS,fylke", "/territories/4/level", "one of"),
        (",Eastern Region", "", "/territories", "5 cells, the header 6"),
        (",Eastern Region", ',"Eastern', "/territories", "Not a row"),
        ("Austurland", "", "/territories/4/name", "language"),
        ("IS-7,IS,", "IS-6,IS,", "/territories/4/code", "twice"),
    ],
)
def test_a_broken_row_is_refused_with_its_table_and_line(
    with_tables: Path, old: str, new: str, pointer: str, reason: str
):
    table = with_tables.with_name("places.csv")
    change(table, old, new)
    problem = load_and_collect(with_tables)[pointer]
    assert reason in problem["detail"]
    assert (problem["file"], problem["line"]) == (str(table), "8")


def test_an_unknown_column_is_refused(with_tables: Path):
    table = with_tables.with_name("places.csv")
    change(table, "kind,name_is", "sort,name_is")
    problems = load_and_collect(with_tables)
    assert problems["/territories/0/sort"]["detail"] == "Unknown field."
    assert problems["/territories/0/kind"]["line"] == "3"


def test_a_missing_table_is_reported_where_it_is_named(with_tables: Path):
    with_tables.with_name("places.csv").unlink()
    problem = the_problem(with_tables)
    assert "places.csv cannot be read" in problem["detail"]
    assert problem["file"] == str(with_tables)


def test_an_empty_table_is_refused(with_tables: Path):
    with_tables.with_name("places.csv").write_text("# nothing\n", encoding="utf-8")
    assert the_problem(with_tables)["detail"] == "The table is empty."


def test_a_missing_file_is_refused(tmp_path: Path):
    assert "cannot be read" in the_problem(tmp_path / "none.yaml")["detail"].lower()


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"word", b"\xff\xfe\xfa"])
def test_what_is_no_mapping_or_no_text_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    assert the_problem(path)["file"] == str(path)


def test_a_file_lays_its_keys_over_the_one_it_extends(small: Path):
    other = small.with_name("other.yaml")
    lines = ["extends: party.yaml", "primary: other", "quotas: {women: {percent: 50}}"]
    other.write_text("\n".join(lines), encoding="utf-8")
    document = load_definition_file(other)
    assert document["primary"] == "other"
    assert document["quotas"] == {
        "women": {"percent": 50},
        "young": {"percent": 25, "under_age": 30},
    }


def test_a_problem_of_an_extended_file_is_reported_in_that_file(small: Path):
    other = small.with_name("other.yaml")
    other.write_text("extends: party.yaml\nmax_roll: 0\n", encoding="utf-8")
    line = change(small, "ties: lot", "ties: coin")
    problems = load_and_collect(other)
    assert (problems["/ties"]["file"], problems["/ties"]["line"]) == (
        str(small),
        str(line),
    )
    assert (problems["/max_roll"]["file"], problems["/max_roll"]["line"]) == (
        str(other),
        "2",
    )


def test_a_replaced_list_is_no_longer_blamed_on_the_file_below(small: Path):
    other = small.with_name("other.yaml")
    other.write_text("extends: party.yaml\nlanguages: [en, en]\n", encoding="utf-8")
    assert load_and_collect(other)["/languages/1"]["file"] == str(other)


@pytest.mark.parametrize("junk", [None, 7, "x", [], [7], {}, {"files": 7}, {"x": 7}])
@pytest.mark.parametrize(
    "key",
    [
        "extends",
        "zone",
        "calendar",
        "territories",
        "territory_zones",
        "contests",
        "contest_titles",
        "debates",
    ],
)
def test_junk_in_a_file_is_refused_but_never_breaks(
    small: Path, key: str, junk: object
):
    raw, _ = read_yaml(small)
    small.write_text(json.dumps({**raw, key: junk}), encoding="utf-8")
    harmless = [("extends", None), ("territory_zones", {})]
    if (key, junk) in harmless:
        assert load_definition_file(small)["primary"] == raw["primary"]
    else:
        assert load_and_collect(small)


def test_a_code_that_is_no_text_is_refused(small: Path):
    line = change(small, "code: IS-4", "code: [IS-4]")
    assert load_and_collect(small)["/territories/2/code"]["line"] == str(line)


def test_a_name_that_is_no_text_is_refused(small: Path):
    change(small, "name: {is: Vestfirðir, en: Westfjords}", "name: [Westfjords]")
    assert "/territories/2/name" in load_and_collect(small)


def test_files_that_extend_each_other_are_refused(tmp_path: Path):
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text("extends: second.yaml\n", encoding="utf-8")
    second.write_text("extends: first.yaml\n", encoding="utf-8")
    assert "extend each other" in the_problem(first)["detail"]
