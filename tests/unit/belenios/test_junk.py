"""Whatever is put into a message, reading it ends in a typed error, never a crash."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.archive import read_records
from belenios.ballots import check_ballot
from belenios.board import Event
from belenios.credentials import read_credentials
from belenios.decryption import check_partial_decryption, read_owned
from belenios.election import Election
from belenios.encoding import dumps, loads
from belenios.errors import BeleniosError, Refused
from belenios.tally import EncryptedTally, read_result, read_sized_tally
from belenios.trustees import Trustees
from tests.unit.belenios.elections import Primary, complete, replace, verify

THRESHOLD = (
    Path(__file__).parents[2]
    / "vectors"
    / "belenios"
    / "accepted"
    / "ed25519-threshold.bel"
)

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


@cache
def primary() -> Primary:
    return complete()


@cache
def readers() -> dict[str, tuple[str, Callable[[str], object]]]:
    """An honest message of each kind, and what reads it."""
    one = primary()
    group, total = one.group, one.sum
    key = str(one.keys[0].public["public_key"])
    tally = total.to_json()
    with THRESHOLD.open("rb") as stream:
        threshold = list(read_records(stream))[2].body.decode()

    def check_partial(text: str) -> None:
        check_partial_decryption(one.election, key, tally, text)

    def resume(text: str) -> None:
        EncryptedTally.resume(one.election, text, total.sized_json())

    return {
        "election": (one.election.raw, Election.parse),
        "trustees": (one.trustees_text, lambda text: Trustees.parse(group, text)),
        "threshold": (threshold, lambda text: Trustees.parse(group, text)),
        "credentials": (one.credentials, lambda text: read_credentials(group, text)),
        "ballot": (one.ballots[0], lambda text: check_ballot(one.election, text)),
        "tally": (tally, resume),
        "sized": (total.sized_json(), read_sized_tally),
        "partial": (one.partials[1], check_partial),
        "owned": ('{"owner":1,"payload":"a"}', read_owned),
        "result": (one.result, lambda text: read_result(one.election, text)),
        "event": (one.entries[1].event.decode(), Event.parse),
    }


@pytest.mark.parametrize("kind", readers())
def test_honest_messages_are_read(kind: str):
    text, read = readers()[kind]

    read(text)


@pytest.mark.parametrize("kind", readers())
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_scraps_in_a_message_are_an_error_or_read(kind: str, data: st.DataObject):
    text, read = readers()[kind]
    content = copy.deepcopy(loads(text))
    path = data.draw(st.sampled_from(list(nodes(content))))
    scrap = data.draw(scraps)
    replace(content, path, lambda _: scrap)

    with suppress(BeleniosError):
        read(dumps(content))


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
