"""The kernel and libsodium judge whole answers alike."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios import kernel as switch
from belenios.answers import (
    Answer,
    check_answer,
    check_quickly,
    prove_answer,
    read_choices,
)
from belenios.election import Question
from belenios.elgamal import Key
from belenios.errors import BeleniosError, InvalidElement, InvalidProof
from belenios.group import get_group
from belenios.kernel.points import Kernel
from tests.unit.belenios.elections import leaves, replace, spoil

rng = secrets.token_bytes
GROUP = get_group("Ed25519")
KEY = Key(GROUP, GROUP.power_g(77))
KERNEL = Kernel()
CONTEXT = "fingerprint|credential"
PLAIN = Question(question="?", answers=("A", "B", "C"), min=1, max=2)
BLANK = Question(question="?", answers=("A", "B"), min=1, max=1, blank=True)
ONE = Question(question="?", answers=("A",), min=0, max=1)
VOTES = [
    *((PLAIN, vote) for vote in ([1, 0, 0], [0, 1, 1])),
    *((BLANK, vote) for vote in ([1, 0, 0], [0, 1, 0], [0, 0, 1])),
    *((ONE, vote) for vote in ([0], [1])),
]
FALSE = [
    *((PLAIN, vote) for vote in ([0, 0, 0], [1, 1, 1], [2, 0, 0], [2, -1, 0])),
    *((BLANK, vote) for vote in ([1, 1, 0], [0, 1, 1], [0, 0, 0], [1, -1, 0])),
]


@pytest.fixture(autouse=True)
def kernel_in_use() -> Iterator[None]:
    switch.use_kernel(wanted=True)
    yield
    switch.use_kernel(wanted=True)


def answer_to(question: Question, vote: list[int]) -> Any:
    return prove_answer(KEY, question, CONTEXT, vote, rng).as_json(GROUP)


def holds_for_the_kernel(question: Question, value: Any) -> bool:
    try:
        check_quickly(KERNEL, KEY, question, CONTEXT, value)
    except BeleniosError:
        return False
    return True


def refusal_by_libsodium(question: Question, value: Any) -> BeleniosError | None:
    switch.use_kernel(wanted=False)
    try:
        check_answer(KEY, question, CONTEXT, value)
    except BeleniosError as error:
        return error
    finally:
        switch.use_kernel(wanted=True)
    return None


@pytest.mark.parametrize(("question", "vote"), VOTES)
def test_an_honest_answer_holds_for_both(question: Question, vote: list[int]):
    value = answer_to(question, vote)

    assert holds_for_the_kernel(question, value)
    assert refusal_by_libsodium(question, value) is None
    choices = check_answer(KEY, question, CONTEXT, value)
    assert choices == Answer.parse(GROUP, question, value).ciphertexts
    assert choices.points is not None


@pytest.mark.parametrize(("question", "vote"), FALSE)
def test_a_false_answer_holds_for_neither(question: Question, vote: list[int]):
    value = answer_to(question, vote)

    assert not holds_for_the_kernel(question, value)
    assert isinstance(refusal_by_libsodium(question, value), InvalidProof)


HONEST = [(question, answer_to(question, vote)) for question, vote in VOTES[:3]]
PLACES = [
    (question, value, path) for question, value in HONEST for path in leaves(value)
]


@pytest.mark.parametrize(("question", "value", "path"), PLACES)
def test_every_spoilt_field_is_refused_for_the_same_reason(
    question: Question, value: Any, path: tuple
):
    spoilt = copy.deepcopy(value)
    replace(spoilt, path, spoil)

    assert not holds_for_the_kernel(question, spoilt)
    refusal = refusal_by_libsodium(question, spoilt)
    with pytest.raises(BeleniosError) as refused:
        check_answer(KEY, question, CONTEXT, spoilt)
    assert (type(refused.value), str(refused.value)) == (type(refusal), str(refusal))


@settings(max_examples=60)
@given(st.data())
def test_pieces_of_other_answers_change_nothing_about_the_agreement(data):
    question, value = data.draw(st.sampled_from(HONEST))
    mixture = copy.deepcopy(value)
    texts = [one for _, _, one in map(_with_text, PLACES)]
    for path in data.draw(st.lists(st.sampled_from(list(leaves(value))), max_size=3)):
        replace(mixture, path, lambda _: data.draw(st.sampled_from(texts)))

    refusal = refusal_by_libsodium(question, mixture)

    assert holds_for_the_kernel(question, mixture) == (refusal is None)


def _with_text(place: tuple) -> tuple:
    question, value, path = place
    for key in path:
        value = value[key]
    return question, path, value


def test_an_answer_bound_to_another_voter_holds_for_neither():
    value = answer_to(PLAIN, [1, 0, 0])

    with pytest.raises(BeleniosError):
        check_quickly(KERNEL, KEY, PLAIN, "fingerprint|another", value)
    with pytest.raises(InvalidProof):
        check_answer(KEY, PLAIN, "fingerprint|another", value)


@pytest.mark.parametrize("wanted", [True, False])
def test_choices_are_read_again_without_their_proofs(*, wanted: bool):
    value = answer_to(PLAIN, [1, 0, 0])
    switch.use_kernel(wanted=wanted)

    choices = read_choices(GROUP, PLAIN, value)

    assert choices == Answer.parse(GROUP, PLAIN, value).ciphertexts
    assert (choices.points is not None) is wanted
    replace(value, ("choices", 0, "alpha"), lambda _: f"{1:064x}")
    with pytest.raises(InvalidElement, match="the identity"):
        read_choices(GROUP, PLAIN, value)
