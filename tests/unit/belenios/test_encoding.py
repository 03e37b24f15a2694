from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belenios import encoding
from belenios.errors import Malformed

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    max_leaves=8,
)


@given(values)
def test_what_is_written_is_read_back(value: object):
    assert encoding.loads(encoding.dumps(value)) == value


def test_accents_stay_and_the_delete_character_is_escaped():
    assert encoding.dumps({"a": 'Ә"\x7f'}) == '{"a":"Ә\\"\\u007f"}'
    assert encoding.loads('"\\u007f"') == "\x7f"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": 1}', id="a space"),
        pytest.param("1\n", id="a line end"),
        pytest.param('{"a":1,"a":1}', id="a key twice"),
        pytest.param("1.0", id="a fraction"),
        pytest.param("1e9", id="an exponent"),
        pytest.param("NaN", id="not a number"),
        pytest.param("-Infinity", id="infinity"),
        pytest.param("01", id="a leading zero"),
        pytest.param("-0", id="minus zero"),
        pytest.param('"\\u0041"', id="a needless escape"),
        pytest.param('"\\ud800"', id="half a character"),
        pytest.param('"a/\\/"', id="an escaped slash"),
        pytest.param("[" * 99_000, id="deep and unclosed"),
        pytest.param("[" * 99_000 + "]" * 99_000, id="deep"),
        pytest.param("1" * 5000, id="a very long number"),
        pytest.param(f"[{'0,' * 1_000_001}0]", id="more values than any message has"),
        pytest.param(f"[{'{},' * 100_000}0]", id="more objects than any message has"),
        pytest.param("", id="nothing"),
        pytest.param("[1,]", id="a comma too many"),
    ],
)
def test_any_other_form_is_refused(text: str):
    with pytest.raises(Malformed):
        encoding.loads(text)


def test_bytes_that_are_not_utf8_are_refused():
    assert encoding.read_text("Ә".encode()) == "Ә"
    with pytest.raises(Malformed, match="UTF-8"):
        encoding.read_text(b"\xff")


def test_a_record_has_its_keys_in_their_order():
    ok = {"a": 1, "c": 2}

    assert encoding.record(ok, "a", "b", "c", optional=("b",)) == ok
    for wrong in ({"c": 2, "a": 1}, {"a": 1}, {**ok, "d": 3}, [], "x", None):
        with pytest.raises(Malformed):
            encoding.record(wrong, "a", "b", "c", optional=("b",))


def test_values_of_another_type_are_refused():
    assert encoding.array([1], 1) == [1]
    assert encoding.string("a") == "a"
    assert encoding.integer(0) == 0
    with pytest.raises(Malformed):
        encoding.array({})
    with pytest.raises(Malformed, match="1 items where 2 must be"):
        encoding.array([1], 2)
    with pytest.raises(Malformed):
        encoding.string(1)
    for wrong in (True, -1, "1", None):
        with pytest.raises(Malformed):
            encoding.integer(wrong)


def test_a_large_count_is_written_as_a_string():
    assert encoding.write_count(2**30 - 1) == 2**30 - 1
    assert encoding.write_count(2**30) == str(2**30)
    assert encoding.read_count(7) == 7
    assert encoding.read_count(str(2**30)) == 2**30
    for wrong in ("7", 2**30, "01", -1, True, None):
        with pytest.raises(Malformed):
            encoding.read_count(wrong)


@given(st.integers(0, 58**6 - 1))
def test_base_58_is_read_back(number: int):
    assert encoding.from_base58(encoding.base58(number, 6)) == number


def test_base_58_leaves_out_what_looks_alike():
    assert not set("0OIl") & set(encoding.BASE58)
    with pytest.raises(Malformed):
        encoding.from_base58("0")
