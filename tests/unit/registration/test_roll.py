"""The roll: frozen in its time, each voter on one board with one credential."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import sqlalchemy as sa

from belenios.credentials import derive
from belenios.group import get_group
from chassis.auth import Principal, read_voter
from chassis.testing import TEST_KEY, a_principal, recorded
from chassis.vault import Vault
from contracts.registration import errors
from contracts.registration.events import CredentialsDestroyed, RollFrozen
from contracts.voting.events import BallotBoxSealed
from services.registration import handlers, jobs, listings, overviews, queries, roll
from services.registration.credentials import make_credentials, new_uuid
from services.registration.models import RollEntry
from tests.support.registration import (
    AKKOL,
    FROZEN,
    KOKSHETAU,
    Person,
    Registry,
    a_person,
    a_registry,
    members_csv,
    told,
)

SEALED = {
    "district": KOKSHETAU,
    "board": KOKSHETAU,
    "height": 3,
    "head": "h",
    "ballots": 2,
    "voters": 2,
    "record": {"height": 3, "type": "EndBallots", "hash": "h", "event": "", "data": []},
}


@pytest.fixture
def people() -> tuple[Person, ...]:
    return (*(a_person() for _ in range(4)), a_person(ppo="ppo-2", territory=AKKOL))


@pytest.fixture
def frozen(registry: Registry, people: tuple[Person, ...]) -> Registry:
    """An office whose roll is frozen and has its credentials."""
    registry.enrol(*people)
    registry.clock.set(FROZEN)
    freeze(registry)
    make_all_credentials(registry)
    return registry


def freeze(registry: Registry, officer: Principal | None = None) -> None:
    registry.write(
        roll.freeze_roll,
        registry.clock,
        officer or registry.officer(),
        primary=registry.primary,
    )


def make_all_credentials(registry: Registry) -> None:
    jobs.freeze_boards(registry.db, registry.clock, registry.vault)


def entries(registry: Registry) -> list[RollEntry]:
    return registry.read(lambda s: s.query(RollEntry).all())


def credential_of(registry: Registry, person: Person) -> dict[str, str]:
    return registry.read(
        roll.own_credential,
        registry.vault,
        registry.principal(person),
        primary=registry.primary,
    )


def shown(registry: Registry) -> dict[str, Any]:
    return registry.read(overviews.show_roll, primary=registry.primary)


def test_nobody_freezes_the_roll_before_its_instant(registry: Registry):
    registry.clock.set("2020-09-10T17:59:59Z")
    with pytest.raises(errors.TooEarly):
        freeze(registry)
    assert shown(registry)["frozen_at"] is None

    registry.clock.tick(seconds=1)
    freeze(registry)
    assert shown(registry)["frozen_at"] == registry.clock.now()


def test_the_roll_is_the_whole_country_s(registry: Registry):
    registry.clock.set(FROZEN)

    with pytest.raises(errors.NotYourTerritory):
        freeze(registry, registry.officer(scope="KZ-AKM"))


def test_every_member_is_on_the_roll_of_their_own_district(
    frozen: Registry, people: tuple[Person, ...]
):
    boards = {entry.member: entry.board for entry in entries(frozen)}

    assert boards == {
        frozen.member_of(person).member: person.territory for person in people
    }


def test_a_district_without_members_has_no_board(frozen: Registry):
    assert [board.board for board in shown(frozen)["boards"]] == [KOKSHETAU, AKKOL]


def test_who_has_left_is_not_on_the_roll(registry: Registry):
    stays, leaves = a_person(), a_person()
    registry.enrol(stays, leaves)
    registry.end_membership(leaves)
    registry.clock.set(FROZEN)
    freeze(registry)
    make_all_credentials(registry)

    [entry] = entries(registry)
    assert entry.member == registry.member_of(stays).member
    with pytest.raises(errors.NotOnRoll):
        credential_of(registry, leaves)


def test_freezing_again_changes_nothing(frozen: Registry):
    before = [(entry.voter, entry.member) for entry in entries(frozen)]

    freeze(frozen)
    make_all_credentials(frozen)

    assert [(entry.voter, entry.member) for entry in entries(frozen)] == before
    assert len(frozen.read(recorded, RollFrozen)) == 2


def test_a_long_roll_is_split_and_everybody_is_on_one_board(tmp_path):
    registry = a_registry(tmp_path, max_roll=4, min_ballots=3)
    people = [a_person(ppo=f"ppo-{number % 2 + 1}") for number in range(11)]
    registry.enrol(*people)
    registry.clock.set(FROZEN)
    freeze(registry)
    make_all_credentials(registry)

    rows = entries(registry)
    sizes = {b.board: b.eligible_count for b in shown(registry)["boards"]}
    assert len({row.member for row in rows}) == len(rows) == 11
    assert all(size <= 4 for size in sizes.values())
    assert {board.split(KOKSHETAU)[1] for board in sizes} == {"", "-2", "-3", "-4"}
    for board, size in sizes.items():
        assert sum(row.board == board for row in rows) == size


def test_a_voter_reference_says_nothing_about_the_member(frozen: Registry):
    rows = entries(frozen)

    assert len({row.voter for row in rows}) == len(rows)
    for row in rows:
        assert row.voter != row.member
    shuffled = sorted(rows, key=lambda row: row.voter)
    assert {row.voter for row in shuffled}.isdisjoint({row.member for row in rows})


def test_what_voting_gets_is_what_the_board_needs(frozen: Registry):
    announced = {event["board"]: event for event in frozen.read(recorded, RollFrozen)}

    event = announced[KOKSHETAU]
    publics = event["public_credentials"]
    assert (event["district"], event["eligible_count"]) == (KOKSHETAU, 4)
    assert (event["region"], event["territory"]) == ("KZ-AKM", KOKSHETAU)
    assert publics == sorted(publics)
    assert len(set(publics)) == 4
    lines = "".join(f"{public}\n" for public in publics)
    assert event["roll_hash"] == hashlib.sha256(lines.encode()).hexdigest()


def test_a_voter_s_own_credential_opens_a_published_one(
    frozen: Registry, people: tuple[Person, ...]
):
    announced = {event["board"]: event for event in frozen.read(recorded, RollFrozen)}
    opened = set()
    for person in people[:4]:
        mine = credential_of(frozen, person)
        key = derive(get_group("Ed25519"), mine["uuid"], mine["credential"])
        assert mine["uuid"] == announced[KOKSHETAU]["uuid"]
        opened.add(key.public)

    assert opened == set(announced[KOKSHETAU]["public_credentials"])


def test_the_events_hold_no_private_credential_and_no_person(
    frozen: Registry, people: tuple[Person, ...]
):
    told_to_others = str(frozen.read(recorded, RollFrozen))

    for person in people:
        member = frozen.member_of(person)
        for secret in (credential_of(frozen, person)["credential"], person.iin):
            assert secret not in told_to_others
        assert member.member not in told_to_others
    assert not any(row.voter in told_to_others for row in entries(frozen))


def test_private_credentials_are_not_stored_in_the_clear(
    frozen: Registry, people: tuple[Person, ...]
):
    credential = credential_of(frozen, people[0])["credential"]

    with frozen.db.engine.connect() as connection:
        stored = str(connection.execute(sa.text("SELECT * FROM roll")).all())
    assert credential not in stored


def test_a_freeze_that_was_interrupted_goes_on(
    registry: Registry, people: tuple[Person, ...]
):
    registry.enrol(*people)
    registry.clock.set(FROZEN)
    freeze(registry)
    assert jobs.freeze_next_board(registry.db, registry.clock, registry.vault)
    assert registry.read(queries.boards_waiting) == 1

    make_all_credentials(registry)

    assert registry.read(queries.boards_waiting) == 0
    assert len(entries(registry)) == 5
    assert len(registry.read(recorded, RollFrozen)) == 2


def test_two_who_make_a_board_at_once_make_it_once(
    registry: Registry, people: tuple[Person, ...]
):
    registry.enrol(*people)
    registry.clock.set(FROZEN)
    freeze(registry)
    for _ in range(2):
        credentials = make_credentials("Ed25519", new_uuid(), 4, registry.vault)
        registry.write(
            roll.freeze_board,
            registry.clock,
            primary=registry.primary,
            board=KOKSHETAU,
            credentials=credentials,
        )

    assert len(entries(registry)) == 4
    assert len(registry.read(recorded, RollFrozen)) == 1


def test_the_register_stays_as_it_is_once_the_roll_is_frozen(
    frozen: Registry, people: tuple[Person, ...]
):
    frozen.clock.set("2020-10-05T00:00:00Z")  # admission is open again

    result = frozen.import_members(members_csv(a_person()))

    assert [p.code for p in result.rows[0].problems] == ["roll_is_frozen"]
    with pytest.raises(errors.RollIsFrozen):
        frozen.end_membership(people[0])


def test_who_is_no_member_has_no_credential(frozen: Registry):
    with pytest.raises(errors.NotOnRoll):
        frozen.read(
            roll.own_credential,
            frozen.vault,
            a_principal(primary=frozen.primary),
            primary=frozen.primary,
        )


def test_voting_reads_references_and_encrypted_telephones_page_by_page(
    frozen: Registry, people: tuple[Person, ...]
):
    shared = Vault(b"32 bytes that two services share")
    pages, after = [], None
    for _ in range(2):
        page = frozen.read(
            listings.list_roll,
            frozen.vault,
            shared,
            primary=frozen.primary,
            board=KOKSHETAU,
            after=after,
            limit=2,
        )
        pages.append(page)
        after = page["next"]

    items = [item for page in pages for item in page["items"]]
    assert after is None
    assert {item["voter"] for item in items} == {
        row.voter for row in entries(frozen) if row.board == KOKSHETAU
    }
    assert all(set(item) == {"voter", "telephone"} for item in items)
    assert not any(people[0].telephone in str(item) for item in items)


def test_a_station_learns_a_reference_and_a_board(
    frozen: Registry, people: tuple[Person, ...]
):
    named = frozen.read(
        roll.resolve_voter,
        frozen.clock,
        frozen.vault,
        TEST_KEY,
        primary=frozen.primary,
        iin=people[0].iin,
    )

    key = TEST_KEY.public_key()
    voter = read_voter(named["voter"], key, frozen.clock, primary=frozen.primary)
    member = frozen.member_of(people[0]).member
    entry = frozen.read(queries.find_roll_entry, member)
    assert entry is not None
    assert (voter.reference, voter.board) == (entry.voter, KOKSHETAU)


def test_a_station_is_told_of_nobody_off_the_roll(frozen: Registry, registry: Registry):
    for iin, refusal in (
        (a_person().iin, errors.NotOnRoll),
        ("850312401236", errors.InvalidNumber),
    ):
        with pytest.raises(refusal):
            frozen.read(
                roll.resolve_voter,
                frozen.clock,
                frozen.vault,
                TEST_KEY,
                primary=frozen.primary,
                iin=iin,
            )


def test_the_credentials_of_a_sealed_board_are_destroyed(
    frozen: Registry, people: tuple[Person, ...]
):
    told(frozen, handlers.forget_credentials, BallotBoxSealed, **SEALED)

    kept = {row.board for row in entries(frozen) if row.credential is not None}
    assert kept == {AKKOL}
    [event] = frozen.read(recorded, CredentialsDestroyed)
    assert event["board"] == KOKSHETAU
    with pytest.raises(errors.CredentialsAreDestroyed):
        credential_of(frozen, people[0])
    assert credential_of(frozen, people[4])


def test_they_are_destroyed_once(frozen: Registry):
    for _ in range(2):
        told(frozen, handlers.forget_credentials, BallotBoxSealed, **SEALED)
    unknown = SEALED | {"board": "KZ-000"}
    told(frozen, handlers.forget_credentials, BallotBoxSealed, **unknown)

    assert len(frozen.read(recorded, CredentialsDestroyed)) == 1


def test_two_primaries_beside_each_other_have_rolls_of_their_own(
    frozen: Registry, people: tuple[Person, ...]
):
    first = {board.uuid for board in shown(frozen)["boards"]}
    frozen.clock.set("2020-08-20T06:00:00Z")
    frozen.define(primary="rehearsal-2020", rehearsal=True)
    frozen.import_ppos()
    frozen.enrol(*people)
    frozen.clock.set(FROZEN)
    freeze(frozen)
    make_all_credentials(frozen)

    second = {board.uuid for board in shown(frozen)["boards"]}
    assert first.isdisjoint(second)
    assert len(entries(frozen)) == 10
