"""Whatever is put into a message, reading it ends in a typed error, never a crash."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.encoding import dumps, loads
from belenios.errors import BeleniosError, Refused
from tests.unit.belenios.elections import replace, verify
from tests.unit.belenios.readers import primary, read_archive, readers

TEXTS = ["", "0", "00", "x", "\x00", "Ә", "-1", "1" * 2000, "66" * 31 + "58"]
OTHERS = [0, -1, 2**70, None, True, [], {}, [[]], [{}], {"alpha": "1"}, ["a", "b"]]
scraps = st.sampled_from([*TEXTS, *OTHERS, {"challenge": "1"}])


def nodes(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The path of everything inside a JSON value."""
    if path:
        yield path
    children: object = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:  # type: ignore[attr-defined]
        yield from nodes(child, (*path, key))


@pytest.mark.parametrize("kind", readers())
def test_honest_messages_are_read(kind: str):
    text, read = readers()[kind]

    read(text)


@pytest.mark.parametrize("kind", readers())
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_scraps_in_a_message_are_an_error_or_read(kind: str, data: st.DataObject):
    text, read = readers()[kind]
    content = copy.deepcopy(loads(text))
    path = data.draw(st.sampled_from(list(nodes(content))))
    scrap = data.draw(scraps)
    replace(content, path, lambda _: scrap)

    with suppress(BeleniosError):
        read(dumps(content))


@pytest.mark.parametrize("kind", readers())
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_a_message_cut_and_pasted_is_an_error_or_read(kind: str, data: st.DataObject):
    text, read = readers()[kind]
    start = data.draw(st.integers(0, len(text)))
    size = data.draw(st.integers(0, 40))
    paste = data.draw(st.text(max_size=20))

    with suppress(BeleniosError):
        read(text[:start] + paste + text[start + size :])


@pytest.mark.parametrize("kind", readers())
@given(text=st.text() | st.recursive(st.integers(), st.lists).map(dumps))
@settings(max_examples=15, deadline=None)
def test_any_text_is_an_error_or_read(kind: str, text: str):
    _, read = readers()[kind]

    with suppress(BeleniosError):
        read(text)


@given(body=st.binary(max_size=2000))
@settings(max_examples=30, deadline=None)
def test_any_bytes_are_no_archive(body: bytes):
    with pytest.raises(BeleniosError):
        read_archive(body)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_an_archive_cut_and_pasted_is_refused_unless_a_beginning_is_left(
    data: st.DataObject,
):
    archive = primary().archive
    start = data.draw(st.integers(0, len(archive) - 1))
    size = data.draw(st.integers(1, 2000))
    paste = data.draw(st.binary(max_size=40))

    changed = archive[:start] + paste + archive[start + size :]

    with suppress(Refused):
        verify(changed)
        assert archive.startswith(changed)
