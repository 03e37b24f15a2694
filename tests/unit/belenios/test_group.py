from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.errors import InvalidElement, InvalidScalar, UnknownGroup
from belenios.finite_field import P_2048, P_3526
from belenios.group import Group, get_group

NAMES = ["Ed25519", "BELENIOS-2048", "RFC-3526-2048"]
# The curve's prime, and a point of order 8.
P = 2**255 - 19
ORDER_EIGHT = "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7"
ORDER_TWO = f"{P - 1:064x}"

scalars = st.integers(min_value=0, max_value=2**256)


@pytest.fixture(params=NAMES)
def group(request: pytest.FixtureRequest) -> Group:
    return get_group(request.param)


def test_a_group_is_made_once_and_known_by_its_name(group: Group):
    assert get_group(group.name) is group


def test_an_unknown_group_is_refused():
    with pytest.raises(UnknownGroup, match="Curve25519"):
        get_group("Curve25519")


@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
@given(a=scalars, b=scalars)
@settings(max_examples=15, deadline=None)
def test_powers_add_in_the_exponent(name: str, a: int, b: int):
    group = get_group(name)
    x, y = group.power_g(a), group.power_g(b)

    assert group.multiply(x, y) == group.power_g(a + b)
    assert group.divide(x, y) == group.power_g(a - b)
    assert group.power(x, b) == group.power_secret(y, a) == group.power_g(a * b)
    assert group.fixed_base(x)(b) == group.power(x, b)
    assert group.power_g_secret(a) == x
    assert group.multiply(x, group.invert(x)) == group.identity
    assert group.decode(group.encode(x), identity=True) == x


def test_zero_and_the_identity_are_powers_like_others(group: Group):
    element = group.power_g(5)

    assert group.power(element, 0) == group.identity
    assert group.power(element, group.order) == group.identity
    assert group.power_g(0) == group.identity
    assert group.power(group.identity, 7) == group.identity
    assert group.fixed_base(element)(0) == group.identity
    assert group.multiply(element, group.identity) == element
    assert group.divide(group.identity, element) == group.invert(element)
    assert group.invert(group.identity) == group.identity
    assert group.product([]) == group.identity
    assert group.fixed_base(group.generator)(3) == group.power_g(3)


def test_the_generator_has_the_order_of_the_group(group: Group):
    assert group.power_g(1) == group.generator
    assert group.power_g(group.order - 1) == group.invert(group.generator)


def test_the_identity_is_read_only_where_a_sum_of_nothing_may_stand(group: Group):
    text = group.encode(group.identity)

    assert group.decode(text, identity=True) == group.identity
    with pytest.raises(InvalidElement, match="the identity"):
        group.decode(text)


def test_a_random_scalar_is_neither_zero_nor_too_large(group: Group):
    assert group.random_scalar(bytes) == 1
    assert 0 < group.random_scalar(secrets.token_bytes) < group.order
    assert 0 < group.random_scalar(lambda size: b"\xff" * size) < group.order


def test_scalars_are_canonical_decimals_below_the_order(group: Group):
    assert group.parse_scalar("0") == 0
    assert group.parse_scalar(str(group.order - 1)) == group.order - 1
    wrong = ["", "01", "-1", "+1", " 1", "0x1", "1.0", "1e3", "٣", "1" * 5000]
    for text in [*wrong, str(group.order)]:
        with pytest.raises(InvalidScalar):
            group.parse_scalar(text)


@pytest.mark.parametrize(
    ("name", "p"), [("BELENIOS-2048", P_2048), ("RFC-3526-2048", P_3526)]
)
def test_numbers_outside_the_subgroup_are_refused(name: str, p: int):
    group = get_group(name)
    good = int(group.generator)

    for number in (0, p, p - 1, p - good, p + good, -good):
        with pytest.raises(InvalidElement):
            group.decode(str(number))
    for text in ("", "x", f"0{good}", f"{good} ", hex(good), "9" * 5000):
        with pytest.raises(InvalidElement):
            group.decode(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("66" * 31, id="too short"),
        pytest.param("66" * 31 + "58" + "0", id="too long"),
        pytest.param("66" * 31 + "5G", id="no hexadecimal digits"),
        pytest.param(f"{get_group('Ed25519').power_g(7):064X}", id="upper case"),
        pytest.param("0" * 64, id="order four"),
        pytest.param(ORDER_TWO, id="order two"),
        pytest.param(ORDER_EIGHT, id="order eight"),
        pytest.param(f"{P:064x}", id="y is p"),
        pytest.param(f"{P + 1:064x}", id="the identity, not reduced"),
        pytest.param(f"{(1 << 255) + 1:064x}", id="the identity, negative"),
        pytest.param(f"{2:064x}", id="off the curve"),
    ],
)
def test_points_outside_the_subgroup_are_refused(text: str):
    with pytest.raises(InvalidElement):
        get_group("Ed25519").decode(text, identity=True)


def test_a_point_of_mixed_order_is_refused():
    group = get_group("Ed25519")
    two = group.decode(group.encode(group.generator))
    mixed = group.multiply(two, int(ORDER_TWO, 16))  # type: ignore[arg-type]

    with pytest.raises(InvalidElement):
        group.decode(group.encode(mixed))


def test_the_base_point_is_written_with_its_bytes_reversed():
    group = get_group("Ed25519")

    assert group.encode(group.generator) == "66" * 31 + "58"


def test_the_parameters_are_those_of_the_specification():
    belenios, rfc = get_group("BELENIOS-2048"), get_group("RFC-3526-2048")

    assert belenios.order == (
        78571733251071885079927659812671450121821421258408794611510081919805623223441
    )
    assert (P_2048 - 1) % belenios.order == 0
    assert rfc.order * 2 + 1 == P_3526
    assert rfc.generator == 2
