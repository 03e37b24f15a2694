"""The proofs that voting gives of its boards' trees, checked in the browser."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from belenios.ballots import tracker
from belenios.merkle import (
    TreeHead,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)
from tests.unit.belenios.elections import Primary
from tests.unit.portal.node import ask

VOTES = [[1, 0, 1], [0, 1, 0]]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HEIGHT = 2


@cache
def voted() -> Primary:
    one = Primary().open()
    for voter in (0, 1, 2):
        one.vote(voter, VOTES)
    return one


def signed_head(size: int, key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    """As voting shows it."""
    head = TreeHead(size, root_of(leaves()[:size]))
    text = head.to_json()
    return {
        "board": "A",
        "size": head.size,
        "root": head.root.hex(),
        "signed": text,
        "signature": base64.b64encode(key.sign(text.encode())).decode(),
        "public_key": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
    }


def leaves() -> list[bytes]:
    return [leaf_hash(entry.event) for entry in voted().entries]


def inclusion(**changes: Any) -> dict[str, Any]:
    """The question about the second ballot, changed."""
    path = prove_inclusion(leaves(), HEIGHT)
    shown = {
        "tracker": tracker(voted().ballots[1]),
        "height": HEIGHT,
        "event": voted().entries[HEIGHT].event.decode(),
        "path": [node.hex() for node in path],
        "tree_head": signed_head(len(leaves())),
    }
    asked = {"tracker": shown["tracker"], "inclusion": shown | changes}
    return {"type": "verify-inclusion", **asked}


def consistency(older: int, **changes: Any) -> dict[str, Any]:
    """The question whether the board has only grown, its answer changed."""
    path = [node.hex() for node in prove_consistency(leaves(), older)]
    newer = signed_head(len(leaves()))
    shown = {"older": signed_head(older), "newer": newer, "path": path}
    return {"type": "verify-consistency", "consistency": shown | changes}


def test_a_ballot_on_the_board_is_found_there():
    [verdict] = ask([inclusion()])

    assert verdict == {
        "type": "inclusion",
        "ok": True,
        "height": HEIGHT,
        "size": len(leaves()),
        "root": root_of(leaves()).hex(),
    }


def forgeries() -> dict[str, tuple[dict[str, Any], str]]:
    """What is claimed falsely of a ballot, and what is said to it."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    head = signed_head(len(leaves()))
    path = inclusion()["inclusion"]["path"]
    another = voted().entries[HEIGHT + 1].event.decode()
    mine = head["public_key"]
    return {
        "another ballot": (
            {**inclusion(), "tracker": tracker(voted().ballots[0])},
            "InvalidInclusion",
        ),
        "another event": (inclusion(event=another), "InvalidInclusion"),
        "another height": (inclusion(height=1), "InvalidInclusion"),
        "another path": (inclusion(path=path[::-1]), "InvalidInclusion"),
        "a longer path": (inclusion(path=[*path, path[0]]), "InvalidInclusion"),
        "no path": (inclusion(path=[]), "InvalidInclusion"),
        "no hash in the path": (inclusion(path=["00"]), "Malformed"),
        "another root shown": (
            inclusion(tree_head={**head, "root": path[0]}),
            "InvalidInclusion",
        ),
        "an unsigned head": (
            inclusion(tree_head={**head, "signature": ""}),
            "InvalidSignature",
        ),
        "a head that another signed": (
            inclusion(tree_head={**signed_head(4, other), "public_key": mine}),
            "InvalidSignature",
        ),
        "a key that is not voting's": (
            {**inclusion(tree_head=signed_head(4, other)), "publicKey": mine},
            "InvalidSignature",
        ),
        "an older tree": (inclusion(tree_head=signed_head(3)), "InvalidInclusion"),
    }


def test_a_false_proof_of_inclusion_is_refused():
    cases = forgeries()

    verdicts = ask(message for message, _ in cases.values())

    found = {
        name: (verdict["ok"], verdict["code"])
        for name, verdict in zip(cases, verdicts, strict=True)
    }
    assert found == {name: (False, code) for name, (_, code) in cases.items()}


@pytest.mark.parametrize("older", [1, 2, 3, 4])
def test_a_board_that_only_grew_is_told_from_another(older: int):
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = consistency(older, path=["00" * 32])
    of_another = consistency(older, newer=signed_head(4, other))

    honest, wrong, foreign = ask([consistency(older), forged, of_another])

    assert (honest["ok"], honest["size"]) == (True, 4)
    assert (wrong["ok"], wrong["code"]) == (False, "InvalidInclusion")
    assert (foreign["ok"], foreign["code"]) == (False, "InvalidSignature")
