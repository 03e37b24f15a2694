from __future__ import annotations

import copy
from pathlib import Path

import pytest

from belenios.archive import read_records
from belenios.encoding import dumps, loads
from belenios.errors import BeleniosError, InvalidElement, InvalidProof, InvalidTrustees
from belenios.group import Group, get_group
from belenios.trustees import (
    Trustees,
    check_public_key,
    generate_key,
    joint_key,
    key_fingerprint,
    make_key,
    trustees_json,
)
from tests.unit.belenios.elections import leaves, replace, rng, spoil

VECTORS = Path(__file__).parents[2] / "vectors" / "belenios"


@pytest.fixture(params=["Ed25519", "BELENIOS-2048"])
def group(request: pytest.FixtureRequest) -> Group:
    return get_group(request.param)


@pytest.fixture(scope="module")
def threshold_list() -> str:
    """The trustees of an archive of which two in three suffice."""
    path = VECTORS / "accepted" / "ed25519-threshold.bel"
    with path.open("rb") as stream:
        return list(read_records(stream))[2].body.decode()


def test_the_joint_key_is_that_of_the_sum_of_the_private_keys(group: Group):
    keys = [make_key(group, private, rng) for private in (5, 6, 7)]

    text = trustees_json([key.public for key in keys])

    assert joint_key(group, text) == group.encode(group.power_g(18))
    assert Trustees.parse(group, text).count == 3


def test_a_fresh_key_shows_that_its_owner_knows_it(group: Group):
    key = generate_key(group, rng)

    element = check_public_key(group, key.public)

    assert element == group.power_g(int(key.private))
    assert key.private not in repr(key)


def test_a_key_may_carry_its_owners_name(group: Group):
    public = {**generate_key(group, rng).public, "name": "Aliya"}

    assert joint_key(group, trustees_json([public])) == public["public_key"]


def test_every_falsified_field_of_a_public_key_is_refused(group: Group):
    public = generate_key(group, rng).public

    for path in leaves(public):
        changed = copy.deepcopy(public)
        replace(changed, path, spoil)
        with pytest.raises(BeleniosError):
            check_public_key(group, changed)


def test_another_trustees_key_cannot_be_claimed(group: Group):
    mine, yours = generate_key(group, rng), generate_key(group, rng)

    taken = yours.public["public_key"]
    with pytest.raises(InvalidProof, match="does not show to know"):
        check_public_key(group, mine.public | {"public_key": taken})


def test_the_identity_is_nobodys_key(group: Group):
    public = {
        **make_key(group, 1, rng).public,
        "public_key": group.encode(group.identity),
    }

    with pytest.raises(InvalidElement):
        check_public_key(group, public)


@pytest.mark.parametrize("text", ["[]", '[["Mixed",{}]]', '[["Single"]]', "{}", "[1]"])
def test_a_list_without_trustees_is_refused(text: str):
    with pytest.raises(BeleniosError):
        joint_key(get_group("Ed25519"), text)


def test_owners_are_counted_from_one():
    group = get_group("Ed25519")
    text = trustees_json([make_key(group, private, rng).public for private in (5, 6)])
    trustees = Trustees.parse(group, text)

    assert trustees.member(2) == group.power_g(6)
    assert trustees.can_decrypt([2, 1])
    assert not trustees.can_decrypt([2])
    for owner in (0, 3, 99):
        with pytest.raises(InvalidTrustees):
            trustees.member(owner)


def test_a_keys_fingerprint_is_the_one_that_belenios_tool_shows():
    # Of the first trustee of the archive made by the tool itself.
    with (VECTORS / "accepted" / "tool-basic.bel").open("rb") as stream:
        trustees = loads(list(read_records(stream))[2].body.decode())

    assert key_fingerprint(trustees[0][1]["public_key"]) == (
        "89fe8565bdda05f377c08953fa30d2028454582a045faff0ee02da24011ee604"
    )


def test_any_two_of_three_join_to_the_same_factor(threshold_list: str):
    group = get_group("Ed25519")
    pedersen = Trustees.parse(group, threshold_list).items[-1]
    shares = {0: 11, 1: 15, 2: 19}  # the line 7 + 4j at j = 1, 2, 3
    factors = {index: group.power_g(share) for index, share in shares.items()}

    for missing in (None, 0, 1, 2):
        present = {i: f for i, f in factors.items() if i != missing}
        assert pedersen.is_satisfied(list(present))
        assert pedersen.join(group, present) == group.power_g(7)
    assert not pedersen.is_satisfied([2])
    assert not pedersen.is_satisfied([-1, 2, 3])


def test_every_falsified_field_of_threshold_trustees_is_refused(threshold_list: str):
    group = get_group("Ed25519")
    honest = loads(threshold_list)
    assert Trustees.parse(group, threshold_list).count >= 3

    for path in leaves(honest):
        changed = copy.deepcopy(honest)
        replace(changed, path, lambda v: v + 1 if isinstance(v, int) else spoil(v))
        with pytest.raises(BeleniosError):
            Trustees.parse(group, dumps(changed))


def test_verification_keys_out_of_order_are_refused(threshold_list: str):
    honest = loads(threshold_list)
    keys = honest[-1][1]["verification_keys"]
    keys[0], keys[1] = keys[1], keys[0]

    with pytest.raises(InvalidTrustees, match="does not fit"):
        Trustees.parse(get_group("Ed25519"), dumps(honest))


@pytest.mark.parametrize("threshold", [0, 4])
def test_a_threshold_is_between_one_and_all(threshold_list: str, threshold: int):
    honest = loads(threshold_list)
    honest[-1][1]["threshold"] = threshold

    with pytest.raises(InvalidTrustees, match="threshold"):
        Trustees.parse(get_group("Ed25519"), dumps(honest))
