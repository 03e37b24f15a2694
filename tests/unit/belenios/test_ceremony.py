from __future__ import annotations

import copy
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.ceremony import (
    Ceremony,
    decryption_key,
    finish,
    make_inputs,
    make_output,
    make_polynomial,
)
from belenios.channel import Identity, _encrypt, receive, send, sign
from belenios.encoding import dumps, loads
from belenios.errors import (
    BeleniosError,
    InvalidCeremony,
    InvalidProof,
    Malformed,
)
from belenios.trustees import Trustees, generate_key, trustees_json
from tests.unit.belenios.ceremonies import Meeting
from tests.unit.belenios.elections import leaves, replace, rng, spoil


@cache
def meeting() -> Meeting:
    return Meeting()


def content(text: str) -> Any:
    return loads(text)


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_any_trustees_of_the_threshold_share_the_key_that_none_of_them_knows(
    group: str,
):
    made = Meeting(group)
    item = made.outcome.pedersen
    base = made.group.power_g(12345)
    powers = {
        number: made.group.power(base, int(made.private_key(number)))
        for number in range(made.size)
    }

    assert (item.threshold, len(item.members)) == (2, 3)
    for chosen in combinations(powers, made.threshold):
        factors = {number: powers[number] for number in chosen}
        assert item.is_satisfied(chosen)
        assert item.join(made.group, factors) == made.group.power(
            item.public_key, 12345
        )


@given(size=st.integers(2, 5), data=st.data())
@settings(max_examples=6, deadline=None)
def test_any_threshold_works(size: int, data: st.DataObject):
    threshold = data.draw(st.integers(2, size))
    made = Meeting(size=size, threshold=threshold)
    chosen = sorted(data.draw(st.permutations(range(size)))[:threshold])
    item = made.outcome.pedersen
    factors = {n: made.group.power_g(int(made.private_key(n))) for n in chosen}

    assert item.join(made.group, factors) == item.public_key
    assert not item.is_satisfied(chosen[1:])


def test_each_verification_key_is_that_of_the_trustees_share():
    made = meeting()
    members = made.outcome.pedersen.members

    for number, member in enumerate(members):
        assert made.group.power_g(int(made.private_key(number))) == member


def test_the_trustees_stand_in_the_published_list_after_the_others():
    made = meeting()
    single = generate_key(made.group, rng)
    text = trustees_json([single.public], [made.outcome.item])
    trustees = Trustees.parse(made.group, text)

    assert trustees.count == 4
    assert trustees.can_decrypt([1, 2, 4])
    assert not trustees.can_decrypt([2, 3, 4])
    assert not trustees.can_decrypt([1, 3])


def test_messages_may_be_put_together_in_any_order():
    made = meeting()
    turned = [*reversed(made.polynomials)]

    assert make_inputs(made.ceremony, turned) == made.inputs
    outcome = finish(made.ceremony, turned, [*reversed(made.outputs)])
    assert dumps(outcome.item) == dumps(made.outcome.item)


def test_the_seed_is_never_shown():
    me = meeting().identities[0]

    assert me.seed not in repr(me)
    assert str(me.signing) not in repr(me)


@pytest.mark.parametrize("seed", ["", "x" * 21, "0" * 22, "x" * 23, "Ә" * 22])
def test_what_is_no_seed_is_refused(seed: str):
    with pytest.raises(Malformed):
        Identity.of(seed)


def test_a_ceremony_needs_trustees_and_each_once():
    made = meeting()

    for certificates in ([], [*made.certificates, made.certificates[0]]):
        with pytest.raises(InvalidCeremony):
            Ceremony.parse(made.group, certificates)


def test_every_falsified_field_of_a_certificate_is_refused():
    made = meeting()
    honest = content(made.certificates[0])

    for path in leaves(honest):
        changed = copy.deepcopy(honest)
        replace(changed, path, spoil)
        with pytest.raises(BeleniosError):
            Ceremony.parse(made.group, [dumps(changed), *made.certificates[1:]])


def test_the_order_of_the_certificates_is_part_of_the_ceremony():
    made = meeting()
    turned = Ceremony.parse(made.group, made.certificates[::-1])

    assert turned.fingerprint != made.ceremony.fingerprint
    with pytest.raises(BeleniosError):
        make_output(turned, made.identities[0], made.inputs[0], rng)


def test_a_stranger_takes_no_part():
    made, stranger = meeting(), Identity.generate(rng)

    with pytest.raises(InvalidCeremony, match="not among them"):
        make_polynomial(made.ceremony, stranger, 2, rng)
    with pytest.raises(InvalidCeremony, match="not among them"):
        make_output(made.ceremony, stranger, made.inputs[0], rng)


@pytest.mark.parametrize("threshold", [-1, 0, 1, 4])
def test_a_threshold_is_between_two_and_all(threshold: int):
    made = meeting()

    with pytest.raises(InvalidCeremony, match="threshold"):
        make_polynomial(made.ceremony, made.identities[0], threshold, rng)


def test_a_polynomial_missing_twice_or_of_a_stranger_is_refused():
    made, other = meeting(), Meeting(size=3)
    first, second, third = made.polynomials

    for polynomials in (
        [],
        [first, second],
        [first, first, second],
        [first, second, third, third],
        [first, second, other.polynomials[0]],
    ):
        with pytest.raises(InvalidCeremony):
            make_inputs(made.ceremony, polynomials)


def test_trustees_must_agree_on_the_threshold():
    made = meeting()
    mixed = [*made.polynomials[:2], made.polynomial(2, threshold=3)]

    with pytest.raises(InvalidCeremony, match="different thresholds"):
        make_inputs(made.ceremony, mixed)


def test_every_falsified_part_of_what_a_trustee_received_is_refused():
    made = meeting()
    honest = content(made.inputs[1])

    for path in leaves(honest):
        changed = copy.deepcopy(honest)
        replace(changed, path, spoil)
        with pytest.raises(BeleniosError):
            made.output(1, dumps(changed))


@pytest.mark.parametrize("part", ["alpha", "beta", "data"])
@pytest.mark.parametrize("which", ["polynomial", "secret"])
def test_every_falsified_part_of_an_encrypted_message_is_refused(which: str, part: str):
    made = meeting()
    fields = content(made.inputs[1])
    place = fields if which == "polynomial" else fields["secrets"]
    key = "polynomial" if which == "polynomial" else 0
    sealed = content(place[key])
    sealed[part] = spoil(sealed[part])
    place[key] = dumps(sealed)

    with pytest.raises(BeleniosError):
        made.output(1, dumps(fields))


@pytest.mark.parametrize(
    "data", ["", "00", "0", "zz", "AB" * 20, "00" * 8, "00" * 65544]
)
def test_an_encrypted_message_of_another_form_is_refused(data: str):
    made = meeting()
    fields = content(made.inputs[1])
    sealed = content(fields["secrets"][0])
    fields["secrets"][0] = dumps({**sealed, "data": data})

    with pytest.raises((InvalidCeremony, Malformed)):
        made.output(1, dumps(fields))


def test_shares_exchanged_between_trustees_are_noticed():
    made = meeting()
    fields, others = content(made.inputs[1]), content(made.inputs[2])
    exchanged = {**fields, "secrets": [others["secrets"][0], *fields["secrets"][1:]]}

    with pytest.raises(InvalidCeremony, match="cannot be opened"):
        made.output(1, dumps(exchanged))


def test_a_share_that_another_trustee_signed_is_noticed():
    made = meeting()
    fields = content(made.inputs[1])
    first, second, third = fields["secrets"]

    with pytest.raises(InvalidProof):
        made.output(1, dumps({**fields, "secrets": [second, first, third]}))


def test_a_share_of_another_polynomial_is_noticed():
    made = meeting()
    again = make_inputs(made.ceremony, [made.polynomial(0), *made.polynomials[1:]])
    fields, others = content(made.inputs[1]), content(again[1])
    fields["secrets"][0] = others["secrets"][0]

    with pytest.raises(InvalidCeremony, match="share of trustee 1 is wrong"):
        made.output(1, dumps(fields))


def test_a_trustee_knows_the_own_polynomial_again():
    made = meeting()
    again = make_inputs(
        made.ceremony, [made.polynomials[0], made.polynomial(1), made.polynomials[2]]
    )
    fields = {**content(again[1]), "polynomial": content(made.inputs[1])["polynomial"]}

    with pytest.raises(InvalidCeremony, match="not this trustee's own"):
        made.output(1, dumps(fields))


def test_a_message_meant_for_another_is_noticed():
    made = meeting()
    sender, reader = made.identities[0], made.identities[1]
    keys = made.ceremony.members
    letter = dumps({"recipient": made.group.encode(keys[2].encryption), "message": ""})
    forwarded = _encrypt(
        made.group,
        keys[1].encryption,
        dumps(sign(made.group, sender, letter, rng)),
        rng,
    )

    with pytest.raises(InvalidCeremony, match="to another trustee"):
        receive(made.group, reader, keys[0].verification, forwarded)
    long = "Ә" * 2**16
    sent = send(made.group, sender, keys[1].encryption, long, rng)
    assert receive(made.group, reader, keys[0].verification, sent) == long


def test_an_output_missing_twice_or_of_a_stranger_is_refused():
    made, other = meeting(), Meeting(size=3)
    first, second, third = made.outputs

    for outputs in (
        [],
        [first, second],
        [first, first, second],
        [first, second, third, third],
        [first, second, other.outputs[0]],
    ):
        with pytest.raises(InvalidCeremony):
            finish(made.ceremony, made.polynomials, outputs)


def test_a_decryption_key_opens_for_its_owner_alone():
    made = meeting()
    sealed = made.outcome.private_keys[0]

    with pytest.raises(InvalidCeremony):
        decryption_key(made.group, made.identities[1], sealed)
