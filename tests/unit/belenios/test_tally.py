from __future__ import annotations

import copy
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.ballots import check_ballot
from belenios.discrete_log import discrete_logs
from belenios.encoding import dumps, loads
from belenios.errors import (
    BeleniosError,
    InvalidPartialDecryption,
    InvalidResult,
    InvalidScalar,
    InvalidTally,
)
from belenios.group import get_group
from belenios.tally import (
    EncryptedTally,
    check_partial_decryption,
    check_result,
    compute_result,
    partial_decryption,
)
from tests.unit.belenios.elections import Primary, leaves, replace, rng, spoil

GROUPS = ["Ed25519", "BELENIOS-2048"]


@pytest.fixture(scope="module", params=GROUPS)
def counted(request: pytest.FixtureRequest) -> Primary:
    """Three weighted voters, decrypted by both trustees."""
    primary = Primary(request.param, weights=(1, 2, 4)).open()
    primary.vote(0, [[1, 0, 0], [1, 0, 0]]).vote(1, [[1, 1, 0], [0, 1, 0]])
    primary.vote(2, [[0, 0, 1], [0, 0, 1]]).seal().tally()
    return primary.decrypt(1).decrypt(2)


def public_key(primary: Primary, owner: int) -> str:
    return str(primary.keys[owner - 1].public["public_key"])


def test_votes_are_counted_with_their_weights(counted: Primary):
    assert counted.result == '{"result":[[3,2,4],[1,2,4]]}'


def test_the_published_result_is_what_was_decrypted(counted: Primary):
    facts = (counted.election, counted.trustees, counted.sum.to_json())

    def check(result: str) -> object:
        return check_result(*facts, counted.partials, 7, result)

    assert check(counted.result) == [[3, 2, 4], [1, 2, 4]]
    for wrong in (
        '{"result":[[3,2,5],[1,2,4]]}',
        '{"result":[[3,2,8],[1,2,4]]}',
        f'{{"result":[["{counted.group.order + 3}",2,4],[1,2,4]]}}',
        '{"result":[[3,2,4],[1,2,"4"]]}',
        '{"result":[[3,2,4],[1,2,4],[0]]}',
        '{"result":[[3,2,4]]}',
        '{"result":[[3,2],[1,2,4]]}',
        '{"result":[[3,2,4],[1,2,4]],"note":1}',
    ):
        with pytest.raises(BeleniosError):
            check(wrong)


def test_without_every_trustee_there_is_no_result(counted: Primary):
    facts = (counted.election, counted.trustees, counted.sum.to_json())

    with pytest.raises(InvalidPartialDecryption, match="missing"):
        compute_result(*facts, {1: counted.partials[1]}, 7)


def test_a_result_outside_its_bound_is_an_error(counted: Primary):
    facts = (counted.election, counted.trustees, counted.sum.to_json())

    with pytest.raises(InvalidResult, match="bounds"):
        compute_result(*facts, counted.partials, 3)


def test_an_honest_partial_decryption_is_accepted(counted: Primary):
    for owner, text in counted.partials.items():
        check_partial_decryption(
            counted.election, public_key(counted, owner), counted.sum.to_json(), text
        )


def test_a_partial_decryption_serves_one_trustee_and_one_tally(counted: Primary):
    partial = counted.partials[1]
    other = EncryptedTally(counted.election)
    other.add(check_ballot(counted.election, counted.ballots[0]).ciphertexts)

    for owner, tally in ((2, counted.sum.to_json()), (1, other.to_json())):
        with pytest.raises(InvalidPartialDecryption, match="question 0, choice 0"):
            check_partial_decryption(
                counted.election, public_key(counted, owner), tally, partial
            )


def test_every_falsified_field_of_a_partial_decryption_is_refused(counted: Primary):
    honest, tally = loads(counted.partials[1]), counted.sum.to_json()
    key = public_key(counted, 1)

    for path in list(leaves(honest))[::3]:
        for change in (spoil, lambda text: f"0{text}"):
            fields = copy.deepcopy(honest)
            replace(fields, path, change)
            with pytest.raises(BeleniosError):
                check_partial_decryption(counted.election, key, tally, dumps(fields))


def test_the_identity_is_no_factor(counted: Primary):
    fields = loads(counted.partials[1])
    identity = counted.group.encode(counted.group.identity)
    fields["decryption_factors"][0][0] = identity

    with pytest.raises(InvalidPartialDecryption, match="question 0, choice 0"):
        check_partial_decryption(
            counted.election,
            public_key(counted, 1),
            counted.sum.to_json(),
            dumps(fields),
        )


def test_a_key_of_another_form_is_refused(counted: Primary):
    for private in ("", "x", str(counted.group.order)):
        with pytest.raises(InvalidScalar):
            partial_decryption(counted.election, counted.sum.to_json(), private, rng)


@pytest.mark.parametrize("group", GROUPS)
def test_an_election_without_ballots_has_a_result(group: str):
    primary = Primary(group).open().seal().tally().decrypt(1).decrypt(2)

    assert primary.result == '{"result":[[0,0,0],[0,0,0]]}'
    check_partial_decryption(
        primary.election,
        public_key(primary, 1),
        primary.sum.to_json(),
        primary.partials[1],
    )


def test_a_replaced_ballot_leaves_no_trace_in_the_sum(counted: Primary):
    texts = list(counted.ballots.values())
    first, second, third = (check_ballot(counted.election, text) for text in texts)
    straight = EncryptedTally(counted.election)
    straight.add(second.ciphertexts, 2)
    straight.add(third.ciphertexts, 1)
    replaced = EncryptedTally(counted.election)
    replaced.add(first.ciphertexts, 2)
    replaced.add(third.ciphertexts, 1)
    replaced.subtract(first.ciphertexts, 2)
    replaced.add(second.ciphertexts, 2)

    assert replaced.to_json() == straight.to_json()
    assert replaced.sized_json() == straight.sized_json()


def test_the_order_of_the_ballots_does_not_matter(counted: Primary):
    checked = [check_ballot(counted.election, t) for t in counted.ballots.values()]

    sums = set()
    for order in permutations(checked):
        total = EncryptedTally(counted.election)
        for ballot in order:
            total.add(ballot.ciphertexts)
        sums.add(total.to_json())

    assert len(sums) == 1


def test_a_sum_can_be_put_down_and_taken_up_again(counted: Primary):
    total = counted.sum

    resumed = EncryptedTally.resume(
        counted.election, total.to_json(), total.sized_json()
    )

    assert resumed.sized_json() == total.sized_json()
    empty = EncryptedTally(counted.election).to_json()
    with pytest.raises(InvalidTally, match="another sum"):
        EncryptedTally.resume(counted.election, empty, total.sized_json())


@given(st.lists(st.integers(0, 300), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_small_logarithms_are_found(counts: list[int]):
    group = get_group("Ed25519")
    powers = [group.power_g(count) for count in counts]

    assert discrete_logs(group, powers, max(counts)) == counts


@pytest.mark.parametrize("bound", range(12))
def test_a_logarithm_just_above_the_bound_is_not_one(bound: int):
    group = get_group("Ed25519")

    assert discrete_logs(group, [group.power_g(bound)], bound) == [bound]
    with pytest.raises(InvalidResult):
        discrete_logs(group, [group.power_g(bound + 1)], bound)
