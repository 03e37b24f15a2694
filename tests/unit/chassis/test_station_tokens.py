"""A station names a voter to voting by a token that is good for nothing else."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.auth import Role, Voter, read_voter, sign_principal, sign_voter
from chassis.errors import PrincipalRefused
from chassis.testing import TEST_KEY, FrozenClock, a_principal

VOTER = Voter(reference="r-1", board="KZ-111000000")
TEN_MINUTES = timedelta(minutes=10)


def a_voter_token(clock: FrozenClock, key: Ed25519PrivateKey = TEST_KEY) -> str:
    return sign_voter(VOTER, key, clock, TEN_MINUTES, primary="tiny-2020")


def read(token: str, clock: FrozenClock, primary: str = "tiny-2020") -> Voter:
    return read_voter(token, TEST_KEY.public_key(), clock, primary=primary)


def test_a_station_s_token_names_the_voter_and_nothing_about_the_person() -> None:
    clock = FrozenClock()
    token = a_voter_token(clock)

    assert read(token, clock) == VOTER
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {"aud", "primary", "voter", "exp"}


def test_it_expires() -> None:
    clock = FrozenClock()
    token = a_voter_token(clock)
    clock.tick(minutes=10)

    with pytest.raises(PrincipalRefused):
        read(token, clock)


def test_it_holds_in_its_own_primary_only() -> None:
    clock = FrozenClock()

    with pytest.raises(PrincipalRefused):
        read(a_voter_token(clock), clock, primary="rehearsal")


def test_only_registration_can_make_one() -> None:
    clock = FrozenClock()

    with pytest.raises(PrincipalRefused):
        read(a_voter_token(clock, Ed25519PrivateKey.generate()), clock)


def test_a_principal_is_no_voter_s_token() -> None:
    clock = FrozenClock()
    principal = a_principal(Role.MEMBER, primary="tiny-2020", voter=VOTER)
    token = sign_principal(principal, TEST_KEY, clock, TEN_MINUTES)

    with pytest.raises(PrincipalRefused):
        read(token, clock)
