from __future__ import annotations

import hashlib
import secrets

import pytest

from belenios.credentials import (
    credentials_json,
    derive,
    generate_credential,
    generate_uuid,
    normalise_credential,
    read_credentials,
)
from belenios.election import check_uuid
from belenios.encoding import BASE58
from belenios.errors import InvalidCredential, InvalidElement, Malformed
from belenios.group import get_group

GROUP = get_group("BELENIOS-2048")
CREDENTIAL = "2NE-fZH-L34-mQx-7YX"


def test_a_credential_derives_the_key_that_belenios_tool_derives():
    key = derive(GROUP, "11111111111111", CREDENTIAL)

    assert key.secret == (
        71731209175603952059112945781766310277737048761943961973172971601346303547849
    )
    assert hashlib.sha256(key.public.encode()).hexdigest() == (
        "d1067ce97052a1a2bbcc7222b40c8f035b4bfc48896b8d8e082fc6186aba0c0c"
    )


def test_a_signing_key_does_not_show_its_secret():
    key = derive(GROUP, "11111111111111", CREDENTIAL)

    assert str(key.secret) not in repr(key)


def test_credentials_are_fresh_and_in_their_normal_form():
    credentials = {generate_credential(secrets.token_bytes) for _ in range(50)}

    assert len(credentials) == 50
    assert all(normalise_credential(each) == each for each in credentials)
    assert all(len(each) == 19 for each in credentials)


def test_a_uuid_is_one_that_an_election_accepts():
    check_uuid(generate_uuid(secrets.token_bytes))


@pytest.mark.parametrize(
    "typed",
    ["2NEfZHL34mQx7YX", " 2NE fZH L34 mQx 7YX\n", CREDENTIAL.replace("-", "\u2013")],
)
def test_spaces_and_dashes_are_forgiven(typed: str):
    assert normalise_credential(typed) == CREDENTIAL


def test_every_single_wrong_character_is_noticed():
    for place, right in enumerate(CREDENTIAL):
        for wrong in set(BASE58) - {right}:
            # 53 values of the check digit for 58 characters: five look alike.
            if right == "-" or abs(BASE58.find(wrong) - BASE58.find(right)) == 53:
                continue
            typed = CREDENTIAL[:place] + wrong + CREDENTIAL[place + 1 :]
            with pytest.raises(InvalidCredential):
                normalise_credential(typed)


@pytest.mark.parametrize("typed", ["", CREDENTIAL[:-1], CREDENTIAL + "X", "0" * 15])
def test_what_cannot_be_a_credential_is_refused(typed: str):
    with pytest.raises(InvalidCredential):
        normalise_credential(typed)


def test_a_key_is_derived_from_the_normal_form_only():
    with pytest.raises(InvalidCredential, match="XXX-XXX"):
        derive(GROUP, "11111111111111", CREDENTIAL.replace("-", ""))


def test_public_credentials_are_published_sorted_with_weights_where_they_differ():
    group = get_group("Ed25519")
    publics = [group.encode(group.power_g(n)) for n in (5, 6, 7)]

    plain = credentials_json(dict.fromkeys(publics, 1))
    weighted = credentials_json(dict(zip(publics, (1, 2, 3), strict=True)))

    assert list(read_credentials(group, plain)) == sorted(publics)
    assert "," not in "".join(read_credentials(group, plain))
    assert read_credentials(group, weighted) == dict(
        zip(publics, (1, 2, 3), strict=True)
    )


def test_a_bad_list_of_credentials_is_refused():
    group = get_group("Ed25519")
    public = group.encode(group.generator)

    assert read_credentials(group, "[]") == {}
    for text in (
        f'["{public}","{public}"]',
        f'["{public}","{public},2"]',
        f'["{public},0"]',
        f'["{public},01"]',
        f'["{public},{2**53}"]',
        f'["{public},"]',
        f'["{public},1,dan"]',
        f'[ "{public}"]',
        "[1]",
        "{}",
    ):
        with pytest.raises(Malformed):
            read_credentials(group, text)


def test_a_credential_for_which_anybody_could_sign_is_refused():
    group = get_group("Ed25519")

    for public in (group.encode(group.identity), "00" * 32, "x"):
        with pytest.raises(InvalidElement):
            read_credentials(group, f'["{public}"]')
