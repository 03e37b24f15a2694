"""A principal is whom registration's key says it is, for as long as it says."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.auth import Grant, Role, Voter, read_principal, sign_principal
from chassis.errors import NotSignedIn, OtherPrimary, PrincipalRefused, RoleMissing
from chassis.operations import Operation, authorise, require_same_primary
from chassis.testing import TEST_KEY, FrozenClock, a_principal

HOUR = timedelta(hours=1)
SECRETARY = Grant(role=Role.SECRETARY, scope="ppo-7")


class CloseTheDoor(Operation):
    """Close the door."""

    service = "house"
    roles = frozenset({Role.OFFICER})


def test_a_signed_principal_is_read_back_whole() -> None:
    clock = FrozenClock()
    principal = a_principal(
        Role.MEMBER, SECRETARY, voter=Voter(reference="r", board="KZ-111000000")
    )

    token = sign_principal(principal, TEST_KEY, clock, HOUR)

    assert read_principal(token, TEST_KEY.public_key(), clock) == principal


def test_a_principal_signed_by_another_key_is_refused() -> None:
    clock = FrozenClock()
    forged = sign_principal(
        a_principal(Role.OFFICER), Ed25519PrivateKey.generate(), clock, HOUR
    )

    with pytest.raises(PrincipalRefused) as refusal:
        read_principal(forged, TEST_KEY.public_key(), clock)

    assert refusal.value.params == {"reason": "signed by another key"}


def test_a_principal_expires_at_its_instant_by_the_platforms_clock() -> None:
    clock = FrozenClock()
    token = sign_principal(a_principal(Role.MEMBER), TEST_KEY, clock, HOUR)

    clock.tick(minutes=59, seconds=59)
    assert read_principal(token, TEST_KEY.public_key(), clock)
    clock.tick(seconds=1)

    with pytest.raises(PrincipalRefused):
        read_principal(token, TEST_KEY.public_key(), clock)


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(PrincipalRefused):
        read_principal(token, TEST_KEY.public_key(), FrozenClock())


def test_a_token_without_a_signature_is_refused() -> None:
    claims = {"aud": "primaries", "sub": "x", "primary": "", "grants": [], "exp": 9e9}
    unsigned = jwt.encode(claims, "", algorithm="none")

    with pytest.raises(PrincipalRefused):
        read_principal(unsigned, TEST_KEY.public_key(), FrozenClock())


def test_a_role_holds_in_its_scope_and_an_empty_scope_is_everywhere() -> None:
    principal = a_principal(SECRETARY, Role.OBSERVER)

    assert principal.has(Role.SECRETARY, "ppo-7")
    assert not principal.has(Role.SECRETARY, "ppo-8")
    assert principal.has(Role.OBSERVER, "anywhere")
    assert principal.scopes(Role.SECRETARY) == {"ppo-7"}


def test_an_operation_is_for_who_holds_one_of_its_roles() -> None:
    with pytest.raises(NotSignedIn):
        authorise(CloseTheDoor, None)
    with pytest.raises(RoleMissing):
        authorise(CloseTheDoor, a_principal(Role.MEMBER))

    assert authorise(CloseTheDoor, a_principal(Role.OFFICER))


def test_nobody_acts_in_another_primary_than_their_own() -> None:
    officer = a_principal(Role.OFFICER, primary="rehearsal")

    require_same_primary(officer, {"primary": "rehearsal"})
    with pytest.raises(OtherPrimary):
        require_same_primary(officer, {"primary": "real"})


def test_an_administrator_acts_in_every_primary() -> None:
    administrator = a_principal(Role.ADMINISTRATOR, primary="")

    require_same_primary(administrator, {"primary": "real"})
