from __future__ import annotations

import pytest

from belenios.errors import InvalidInclusion, Malformed
from belenios.merkle import (
    EMPTY,
    Frontier,
    TreeHead,
    check_consistency,
    check_inclusion,
    leaf_hash,
    proof_json,
    prove_consistency,
    prove_inclusion,
    read_proof,
    root_of,
)

# The inputs and roots that logs of Certificate Transparency are tested with.
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_OF_LEAF_0 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
FROM_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
EVENTS = [bytes.fromhex(text) for text in INPUTS]
LEAVES = [leaf_hash(event) for event in EVENTS]
MANY = [leaf_hash(bytes([number])) for number in range(21)]


def head(leaves: list[bytes]) -> TreeHead:
    return TreeHead(len(leaves), root_of(leaves))


def test_the_roots_are_those_of_the_rfcs_logs():
    frontier = Frontier()
    assert frontier.root == root_of([]) == EMPTY

    for size, root in enumerate(ROOTS, start=1):
        frontier.append(EVENTS[size - 1])
        assert frontier.root.hex() == root_of(LEAVES[:size]).hex() == root


def test_the_proofs_are_those_of_the_rfcs_logs():
    inclusion = prove_inclusion(LEAVES, 0)
    consistency = prove_consistency(LEAVES, 6)

    assert [node.hex() for node in inclusion] == PATH_OF_LEAF_0
    assert [node.hex() for node in consistency] == FROM_6_TO_8


@pytest.mark.parametrize("size", range(1, 22))
def test_every_leaf_is_shown_to_be_in_the_tree_at_its_place_alone(size: int):
    leaves = MANY[:size]
    root = root_of(leaves)
    for index, leaf in enumerate(leaves):
        path = prove_inclusion(leaves, index)
        check_inclusion(leaf, index, size, path, root)
        for place in {*range(size)} - {index}:
            with pytest.raises(InvalidInclusion):
                check_inclusion(leaf, place, size, path, root)


@pytest.mark.parametrize("size", range(1, 22))
def test_every_older_tree_is_shown_to_be_inside(size: int):
    leaves = MANY[:size]
    for older in range(1, size + 1):
        path = prove_consistency(leaves, older)
        check_consistency(head(leaves[:older]), head(leaves), path)


@pytest.mark.parametrize("size", [2, 3, 6, 7, 8, 13, 16, 21])
def test_a_tree_that_did_not_only_grow_cannot_be_shown_to_have(size: int):
    leaves = MANY[:size]
    changed = [leaf_hash(b"another"), *leaves[1:]]
    for older in range(1, size + 1):
        path = prove_consistency(leaves, older)
        for before, after in ((changed, leaves), (leaves, changed)):
            with pytest.raises(InvalidInclusion):
                check_consistency(head(before[:older]), head(after), path)


def test_every_falsified_part_of_a_proof_is_refused():
    path, root = prove_inclusion(MANY, 5), root_of(MANY)
    longer = [*path, EMPTY]
    for wrong in (
        *([*path[:at], EMPTY, *path[at + 1 :]] for at in range(len(path))),
        *(path[:at] + path[at + 1 :] for at in range(len(path))),
        longer,
        [EMPTY, *path],
        [EMPTY] * 65,
        [],
    ):
        with pytest.raises(InvalidInclusion):
            check_inclusion(MANY[5], 5, len(MANY), wrong, root)


def test_every_falsified_part_of_a_proof_of_growth_is_refused():
    path = prove_consistency(MANY, 6)
    for wrong in (
        *([*path[:at], EMPTY, *path[at + 1 :]] for at in range(len(path))),
        *(path[:at] + path[at + 1 :] for at in range(len(path))),
        [*path, EMPTY],
        [EMPTY, *path],
        [EMPTY] * 65,
        [],
    ):
        with pytest.raises(InvalidInclusion):
            check_consistency(head(MANY[:6]), head(MANY), wrong)


@pytest.mark.parametrize("index", [-1, 8, 2**100])
def test_a_leaf_that_is_not_there_has_no_proof(index: int):
    with pytest.raises(InvalidInclusion):
        prove_inclusion(LEAVES, index)
    with pytest.raises(InvalidInclusion):
        check_inclusion(LEAVES[0], index, 8, [], root_of(LEAVES))


@pytest.mark.parametrize("size", [-1, 0, 9])
def test_a_tree_neither_shrinks_nor_begins_empty(size: int):
    with pytest.raises(InvalidInclusion):
        prove_consistency(LEAVES, size)
    with pytest.raises(InvalidInclusion):
        check_consistency(TreeHead(size, EMPTY), head(LEAVES), [])


def test_a_head_said_to_be_enormous_is_refused_at_once():
    huge = TreeHead(2**20000, EMPTY)

    with pytest.raises(InvalidInclusion):
        check_consistency(head(LEAVES), huge, [EMPTY] * 64)
    with pytest.raises(InvalidInclusion):
        check_inclusion(LEAVES[0], 0, huge.size, [EMPTY] * 64, EMPTY)


def test_heads_and_proofs_are_written_in_one_way():
    text = head(LEAVES).to_json()

    assert text == f'{{"tree_size":8,"root":"{ROOTS[-1]}"}}'
    assert TreeHead.parse(text) == head(LEAVES)
    path = prove_inclusion(LEAVES, 3)
    assert read_proof(proof_json(path)) == path


@pytest.mark.parametrize(
    "text",
    ["{}", '["00"]', f'["{"A" * 64}"]', f'["{"x" * 64}"]', f'["{" 0" * 32}"]', "[1]"],
)
def test_a_proof_in_another_form_is_refused(text: str):
    with pytest.raises(Malformed):
        read_proof(text)
