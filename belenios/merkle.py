"""The Merkle tree of RFC 6962 over the events of a board, in order of height.

Leaf number h is the event at height h, as the archive holds it; the event names its
payload by hash. With a tree's head a voter needs only a few hashes to see that a
ballot is on the board (inclusion), and that a later board has only grown
(consistency). Hashes are 32 bytes; a proof is a list of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from belenios.encoding import Json, array, dumps, integer, loads, record, string
from belenios.errors import InvalidInclusion, Malformed

EMPTY = hashlib.sha256().digest()
DIGITS = 64
LONGEST_PATH = 64


def leaf_hash(event: bytes) -> bytes:
    """The hash of a leaf (section 2.1 of the RFC)."""
    return hashlib.sha256(b"\0" + event).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """A tree that only grows: its head, in as many hashes as its size has bits."""

    size: int = 0
    _peaks: list[bytes] = field(default_factory=list[bytes])

    def append(self, event: bytes) -> None:
        """Add a leaf."""
        node, size = leaf_hash(event), self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return EMPTY
        *others, root = self._peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else EMPTY
    half = _half(len(leaves))
    return node_hash(root_of(leaves[:half]), root_of(leaves[half:]))


def _half(size: int) -> int:
    """The largest power of two below `size`: how many leaves lie to the left."""
    return 1 << (size - 1).bit_length() - 1


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` to the root over `leaves` (section 2.1.1).

    Raises InvalidInclusion where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise InvalidInclusion("there is no such leaf")
    return _path(leaves, index)


def _path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    left, right = leaves[:half], leaves[half:]
    if index < half:
        return [*_path(left, index), root_of(right)]
    return [*_path(right, index - half), root_of(left)]


def check_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash is number `index` of the `size` below `root`.

    Raises InvalidInclusion otherwise.
    """
    if not 0 <= index < size:
        raise InvalidInclusion("there is no such leaf")
    if _climb(leaf, index, size, _limited(path)) != root:
        raise InvalidInclusion("the path leads elsewhere")


def _climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    if size == 1:
        if path:
            raise InvalidInclusion("the path is too long")
        return leaf
    half, sibling = _half(size), _next(path)
    if index < half:
        return node_hash(_climb(leaf, index, half, path), sibling)
    return node_hash(sibling, _climb(leaf, index - half, size - half, path))


def prove_consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """That the tree over the first `size` leaves only grew (section 2.1.2).

    Raises InvalidInclusion where there were never so many.
    """
    if not 0 < size <= len(leaves):
        raise InvalidInclusion("the tree never had so many leaves")
    return _growth(leaves, size, whole=True)


def _growth(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    """`whole`: the older tree's root is known to whoever checks."""
    if size == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = _half(len(leaves))
    left, right = leaves[:half], leaves[half:]
    if size <= half:
        return [*_growth(left, size, whole=whole), root_of(right)]
    return [*_growth(right, size - half, whole=False), root_of(left)]


def check_consistency(older: TreeHead, newer: TreeHead, path: Sequence[bytes]) -> None:
    """Check that the tree of `newer` is that of `older` with leaves added.

    Raises InvalidInclusion otherwise.
    """
    if not 0 < older.size <= newer.size:
        raise InvalidInclusion("a tree does not shrink, nor begin empty")
    rest = _limited(path)
    roots = _regrow(older.root, older.size, newer.size, rest, whole=True)
    if rest or roots != (older.root, newer.root):
        raise InvalidInclusion("the newer tree is not the older one grown")


def _regrow(
    known: bytes, older: int, newer: int, path: list[bytes], *, whole: bool
) -> tuple[bytes, bytes]:
    """The roots of both trees, made of the path; `known` is the older one's."""
    if older == newer:
        node = known if whole else _next(path)
        return node, node
    half, sibling = _half(newer), _next(path)
    if older <= half:
        before, after = _regrow(known, older, half, path, whole=whole)
        return before, node_hash(after, sibling)
    before, after = _regrow(known, older - half, newer - half, path, whole=False)
    return node_hash(sibling, before), node_hash(sibling, after)


def _limited(path: Sequence[bytes]) -> list[bytes]:
    if len(path) > LONGEST_PATH:
        raise InvalidInclusion("the path is too long")
    return list(path)


def _next(path: list[bytes]) -> bytes:
    if not path:
        raise InvalidInclusion("the path is too short")
    return path.pop()


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a tree is known by; publish it signed."""

    size: int
    root: bytes

    def to_json(self) -> str:
        """The canonical text to sign."""
        return dumps({"tree_size": self.size, "root": self.root.hex()})

    @classmethod
    def parse(cls, text: str) -> TreeHead:
        """Read what `to_json` wrote; raise Malformed."""
        fields = record(loads(text), "tree_size", "root")
        return cls(integer(fields["tree_size"]), _read_hash(fields["root"]))


def proof_json(path: Sequence[bytes]) -> str:
    """A proof's hashes, in order, as a JSON array of hexadecimal texts."""
    return dumps([node.hex() for node in path])


def read_proof(text: str) -> list[bytes]:
    """Read what `proof_json` wrote; raise Malformed."""
    return [_read_hash(node) for node in array(loads(text))]


def _read_hash(value: Json) -> bytes:
    text = string(value)
    try:
        digest = bytes.fromhex(text)
    except ValueError as error:
        raise Malformed("a hash of 64 hexadecimal digits expected") from error
    if len(text) != DIGITS or digest.hex() != text:
        raise Malformed("a hash of 64 hexadecimal digits expected")
    return digest
