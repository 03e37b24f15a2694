"""The kernel agrees with libsodium about every point and every proof."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config

from belenios import kernel as switch
from belenios.algebra import Element
from belenios.discrete_log import discrete_logs
from belenios.edwards import Ed25519
from belenios.elgamal import Choices, Ciphertext, Key, combine_all, scale
from belenios.errors import BeleniosError, InvalidElement, InvalidProof, InvalidResult
from belenios.group import get_group
from belenios.kernel import entries, machine
from belenios.kernel.points import Kernel
from belenios.sums import ElementSum, running_sum
from tests.support.sources import ROOT, imported_by

GROUP = Ed25519()
KERNEL = Kernel()
ORDER, P = GROUP.order, 2**255 - 19
KEY = Key(GROUP, GROUP.power_g(secrets.randbelow(ORDER)))
IDENTITY = GROUP.identity
# The seven points of small order, as libsodium lists them, and forms of them that
# are not canonical.
SMALL = [
    0,
    P - 1,
    int("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7", 16),
    int("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
]
SMALL += [one | 1 << 255 for one in SMALL]
NOT_CANONICAL = [P, P + 1, P + 18, 2**255 - 1, 1 | 1 << 255, 2**256 - 1, P | 1 << 255]
# Where digits carry, at both widths, and where they end.
EDGES = [
    *(0, 1, 2, 15, 16, 17, 31, 32, 127, 128, 129, 255, 256, 2**64 - 1, 2**128),
    *(2**251, 2**252 - 1, 2**252, ORDER - 2, ORDER - 1, (ORDER - 1) // 2),
    *(int("80" * 31, 16), int("7f" * 31, 16), int("10" * 31, 16)),
]
SCALARS = st.one_of(st.sampled_from(EDGES), st.integers(0, ORDER - 1))
EXPONENTS = st.integers(0, ORDER - 1)
ANY = st.integers(0, 2**256 - 1)


@pytest.fixture(autouse=True)
def kernel_in_use() -> Iterator[None]:
    switch.use_kernel(wanted=True)
    yield
    switch.use_kernel(wanted=True)


@pytest.fixture
def no_numba() -> Iterator[None]:
    loaded = sys.modules.pop("belenios.kernel.points")
    sys.modules["belenios.kernel.points"] = None
    switch._load.cache_clear()
    yield
    sys.modules["belenios.kernel.points"] = loaded
    switch._load.cache_clear()


def mixed(exponent: int) -> int:
    """A point of the curve that is the sum of a good one and of one of order two."""
    point = GROUP.power_g(exponent)
    y = (P - (point & (1 << 255) - 1)) % P
    return y | (point ^ 1 << 255) & 1 << 255 if y else y


def is_point_to_libsodium(value: int) -> bool:
    try:
        GROUP.decode(f"{value:064x}")
    except InvalidElement:
        return False
    return True


def is_point_to_the_kernel(value: int) -> bool:
    try:
        choices = KERNEL.decode([Ciphertext(Element(value), GROUP.generator)])
        KERNEL.check_members(choices)
    except InvalidElement:
        return False
    return True


@pytest.mark.parametrize("value", [*SMALL, *NOT_CANONICAL, IDENTITY])
def test_what_is_no_ciphertext_is_none_to_either(value: int):
    assert not is_point_to_libsodium(value)
    assert not is_point_to_the_kernel(value)


@given(st.integers(1, ORDER - 1))
def test_a_point_of_mixed_order_is_none_to_either(exponent: int):
    value = mixed(exponent)

    assert KERNEL.decode([Ciphertext(Element(value), GROUP.generator)])
    assert not is_point_to_libsodium(value)
    assert not is_point_to_the_kernel(value)


@settings(max_examples=300)
@given(ANY)
def test_whatever_32_bytes_the_verdict_is_the_same(value: int):
    assert is_point_to_the_kernel(value) == is_point_to_libsodium(value)


@given(EXPONENTS)
def test_points_are_points_to_both_and_come_back_as_they_were(exponent: int):
    point = GROUP.power_g(exponent or 1)

    assert is_point_to_the_kernel(point)
    assert KERNEL.walk(point, point, 1).tobytes() == point.to_bytes(32, "little")


def ciphertext(exponents: tuple[int, int]) -> Ciphertext:
    alpha, beta = exponents
    return Ciphertext(GROUP.power_g(alpha or 1), GROUP.power_g(beta))


def committed(one: Ciphertext, scalars: tuple[int, int, int]) -> list[Element]:
    c, r, shift = scalars
    shifted = GROUP.multiply(KEY.power(r), GROUP.power_g(shift))
    return [
        GROUP.multiply(GROUP.power_g(r), GROUP.power(one.alpha, c)),
        GROUP.multiply(shifted, GROUP.power(one.beta, c)),
    ]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(EXPONENTS, SCALARS), min_size=1, max_size=3),
    st.lists(st.tuples(SCALARS, SCALARS, SCALARS), min_size=1, max_size=6),
    st.data(),
)
def test_commitments_are_those_of_libsodium(exponents, scalars, data):
    choices = KERNEL.decode(list(map(ciphertext, exponents)))
    total, points = KERNEL.total(choices, 0)
    spoken_of = [*choices, total]
    places = st.integers(0, len(spoken_of) - 1)
    which = [data.draw(places) for _ in scalars]

    result = KERNEL.commit(KEY.table, points, which, scalars)

    expected = [committed(spoken_of[i], s) for i, s in zip(which, scalars, strict=True)]
    assert total == combine_all(GROUP, choices)
    assert result == [element for pair in expected for element in pair]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("scalar", [ORDER, ORDER + 1, 2**253, 2**256 - 1])
def test_a_scalar_not_below_the_order_is_refused(place: int, scalar: int):
    choices = KERNEL.decode([ciphertext((5, 7))])
    _, points = KERNEL.total(choices, 0)
    scalars = [1, 2, 3]
    KERNEL.commit(KEY.table, points, [0], [tuple(scalars)])
    scalars[place] = scalar

    with pytest.raises(InvalidProof):
        KERNEL.commit(KEY.table, points, [0], [tuple(scalars)])


@pytest.mark.parametrize(
    "bad",
    [
        Ciphertext(IDENTITY, GROUP.generator),
        Ciphertext(Element(mixed(3)), GROUP.generator),
        Ciphertext(GROUP.generator, Element(mixed(3))),
        Ciphertext(GROUP.generator, Element(P - 1)),
    ],
    ids=["identity", "mixed alpha", "mixed beta", "small beta"],
)
@pytest.mark.parametrize("place", [0, 1])
def test_proofs_about_what_is_no_ciphertext_are_refused(bad: Ciphertext, place: int):
    ciphertexts = [ciphertext((5, 7)), ciphertext((6, 8))]
    ciphertexts[place] = bad
    choices = KERNEL.decode(ciphertexts)
    _, points = KERNEL.total(choices, 0)

    with pytest.raises(InvalidProof):
        KERNEL.commit(KEY.table, points, [0], [(1, 2, 3)])


def test_beta_and_a_total_may_be_the_identity():
    opposite = GROUP.invert(GROUP.power_g(5))
    choices = KERNEL.decode([ciphertext((5, 0)), Ciphertext(opposite, GROUP.identity)])
    total, points = KERNEL.total(choices, 0)

    assert total == Ciphertext(IDENTITY, IDENTITY)
    assert KERNEL.commit(KEY.table, points, [2], [(1, 2, 3)])[0] == GROUP.power_g(2)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.tuples(EXPONENTS, EXPONENTS),
            st.sampled_from([1, -1, 2, -3, 1000, 2**53 - 1, -(2**53) + 1]),
        ),
        max_size=5,
    )
)
def test_a_sum_of_points_is_the_sum_of_the_elements(terms):
    start = [ciphertext((3, 4))]
    points, elements = running_sum(GROUP, start), ElementSum(GROUP, start)

    for exponents, weight in terms:
        plain = [ciphertext(exponents)]
        points.add(KERNEL.decode(plain) if weight > 0 else plain, weight)
        elements.add(plain, weight)

    assert list(points.ciphertexts) == elements.ciphertexts


def test_adding_and_taking_out_leaves_what_was():
    start = [Ciphertext(IDENTITY, IDENTITY)]
    total = running_sum(GROUP, start)
    choices = KERNEL.decode([ciphertext((9, 11))])

    total.add(choices, 1)
    assert list(total.ciphertexts) == list(choices)
    total.add(choices, 2)
    total.add([scale(GROUP, choices[0], 3)], -1)

    assert list(total.ciphertexts) == start


@pytest.mark.parametrize("bound", [0, 1, 2, 99, 100, 10**6])
def test_logarithms_are_found_up_to_the_bound_and_not_beyond(bound: int):
    exponents = {0, bound // 2, bound - 1 if bound else 0, bound}
    powers = [GROUP.power_g(exponent) for exponent in exponents]

    assert discrete_logs(GROUP, powers, bound) == list(exponents)
    for beyond in (bound + 1, bound + 1000, ORDER - 1):
        with pytest.raises(InvalidResult):
            discrete_logs(GROUP, [GROUP.power_g(beyond)], bound)


def test_a_logarithm_that_the_kernel_gets_wrong_is_noticed(monkeypatch):
    monkeypatch.setattr(Kernel, "logarithms", lambda *_: [4])

    with pytest.raises(InvalidResult):
        discrete_logs(GROUP, [GROUP.power_g(3)], 10)


def test_the_kernel_serves_one_group_and_can_be_switched_off():
    assert switch.warm_up()
    assert switch.kernel_for(get_group("Ed25519"))
    assert switch.kernel_for(get_group("BELENIOS-2048")) is None

    switch.use_kernel(wanted=False)

    assert switch.kernel_available()
    assert not switch.warm_up()
    assert switch.kernel_for(get_group("Ed25519")) is None
    assert isinstance(running_sum(GROUP, []), ElementSum)


@pytest.mark.usefixtures("no_numba")
def test_where_numba_is_missing_there_is_no_kernel():
    assert not switch.kernel_available()
    assert not switch.warm_up()
    assert switch.kernel_for(GROUP) is None
    assert discrete_logs(GROUP, [GROUP.power_g(3)], 10) == [3]


def test_machine_code_is_of_the_source_as_it_is():
    folder = ROOT / "belenios" / "kernel"
    used = imported_by(folder / "entries.py")
    for name in machine.SOURCES:
        used |= imported_by(folder / f"{name}.py")
    modules = {
        name.split(".")[2] for name in used if name.startswith("belenios.kernel")
    }

    assert modules | {"entries"} == set(machine.SOURCES)
    cache = machine.KernelCache.from_function(machine.entry, entries.__file__)
    assert cache.get_source_stamp() == machine.source_stamp()


def test_machine_code_lies_beside_the_source_or_where_numba_is_told(monkeypatch):
    cached = machine.entry, entries.__file__
    monkeypatch.setattr(config, "CACHE_DIR", "")
    beside = machine.KernelCache.from_function(*cached).get_cache_path()
    monkeypatch.setattr(config, "CACHE_DIR", "elsewhere")
    told = machine.KernelCache.from_function(*cached).get_cache_path()

    assert beside == str(ROOT / "belenios" / "kernel" / "__pycache__")
    assert told.startswith("elsewhere")


def test_choices_are_a_tuple_that_may_know_its_points():
    plain = Choices([ciphertext((1, 2))])
    decoded = KERNEL.decode(plain)

    assert plain == decoded
    assert plain.points is None
    assert decoded.points.dtype == np.uint64
    with pytest.raises(BeleniosError):
        KERNEL.decode([Ciphertext(Element(2), Element(2))])
