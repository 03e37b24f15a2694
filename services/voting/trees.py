"""The boards' Merkle trees: signed heads, and short proofs for whoever keeps one.

A tree is made of nothing but the board, so nothing of it is stored. The hashes of a
board's leaves are kept in memory: they never change, and a board only grows.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any

import eventlet.tpool
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from belenios.merkle import (
    TreeHead,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)
from chassis.db import Database
from contracts.voting.errors import BoardDoesNotShrink, UnknownBallot, UnknownTree
from services.voting.models import Board
from services.voting.queries import ballot_record, events_from, get_board

#: more boards than a country has; a process that serves more reads the oldest again
_MOST = 256
_LEAF = 32

# end to end: a list of them would be three times as large
_leaves: dict[str, bytes] = {}
# of the largest tree so far: most people ask about the same
_heads: dict[str, TreeHead] = {}


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A board's leaves up to one size."""

    board: str
    #: of the board's election
    fingerprint: str
    leaves: list[bytes]

    @property
    def head(self) -> TreeHead:
        """Its size and root; slow at the first call."""
        known, size = _heads.get(self.fingerprint), len(self.leaves)
        if known is None or known.size < size:
            known = _heads[self.fingerprint] = TreeHead(size, root_of(self.leaves))
        return known if known.size == size else TreeHead(size, root_of(self.leaves))

    def of_size(self, size: int) -> Tree:
        """The tree when it had `size` leaves; raise `UnknownTree`."""
        records = len(self.leaves)
        if size > records:
            raise UnknownTree(board=self.board, records=records, size=size)
        return replace(self, leaves=self.leaves[:size])


def show_tree_head(
    db: Database, key: Ed25519PrivateKey, *, primary: str, board: str
) -> dict[str, Any]:
    """The signed head of a board's tree as it is now."""
    with db.reading() as session:
        tree = _tree_of(session, get_board(session, primary, board))
    return eventlet.tpool.execute(_signed_head, key, tree)


def show_inclusion(
    db: Database, key: Ed25519PrivateKey, *, primary: str, board: str, tracker: str
) -> dict[str, Any]:
    """The path from a ballot's event to the head; raise `UnknownBallot`."""
    with db.reading() as session:
        row = get_board(session, primary, board)
        record = ballot_record(session, row, tracker)
        if record is None or record.height > row.height:
            raise UnknownBallot(board=board)
        tree = _tree_of(session, row)
    path = eventlet.tpool.execute(prove_inclusion, tree.leaves, record.height)
    return {
        "tracker": tracker,
        "height": record.height,
        "event": record.event,
        "path": [node.hex() for node in path],
        "tree_head": eventlet.tpool.execute(_signed_head, key, tree),
    }


def show_consistency(
    db: Database,
    key: Ed25519PrivateKey,
    *,
    primary: str,
    board: str,
    older: int,
    newer: int | None = None,
) -> dict[str, Any]:
    """That the newer tree is the older one grown; raise `UnknownTree` and others."""
    with db.reading() as session:
        tree = _tree_of(session, get_board(session, primary, board))
    grown = tree if newer is None else tree.of_size(newer)
    began = tree.of_size(older)
    if older > len(grown.leaves):
        raise BoardDoesNotShrink(older=older, newer=len(grown.leaves))
    path = eventlet.tpool.execute(prove_consistency, grown.leaves, older)
    return {
        "older": eventlet.tpool.execute(_signed_head, key, began),
        "newer": eventlet.tpool.execute(_signed_head, key, grown),
        "path": [node.hex() for node in path],
    }


def _signed_head(key: Ed25519PrivateKey, tree: Tree) -> dict[str, Any]:
    head = tree.head
    text = head.to_json()
    return {
        "board": tree.board,
        "size": head.size,
        "root": head.root.hex(),
        "signed": text,
        "signature": _base64(key.sign(text.encode())),
        "public_key": _base64(key.public_key().public_bytes_raw()),
    }


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _tree_of(session: Session, board: Board) -> Tree:
    """The tree up to the head that `board` was read with."""
    # the fingerprint covers the random identifier, so it names one board alone
    known, size = _leaves.get(board.fingerprint, b""), board.height + 1
    if len(known) < size * _LEAF:
        events = events_from(session, board, len(known) // _LEAF)
        known += b"".join(leaf_hash(event.encode()) for event in events)
        _remember(board.fingerprint, known)
    ends = range(0, size * _LEAF, _LEAF)
    return Tree(
        board=board.board,
        fingerprint=board.fingerprint,
        leaves=[known[at : at + _LEAF] for at in ends],
    )


def _remember(board: str, leaves: bytes) -> None:
    _leaves[board] = leaves
    if len(_leaves) > _MOST:
        oldest = next(iter(_leaves))
        del _leaves[oldest]
        _heads.pop(oldest, None)
