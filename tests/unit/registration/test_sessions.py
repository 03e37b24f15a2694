"""Sessions: who holds the secret is the person, for eight hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from chassis.auth import Grant, Principal, Role, Voter
from contracts.registration.errors import SecretRefused, SessionEnded
from services.registration import jobs, roll, sessions
from services.registration.models import RollEntry
from services.registration.sessions import Opened
from tests.support.registration import (
    FROZEN,
    KOKSHETAU,
    Person,
    Registry,
    a_person,
)
from tests.unit.registration.test_sign_in import ask_for_code, codes_on, sign_in


@pytest.fixture
def aigul(registry: Registry) -> Person:
    person = a_person()
    registry.enrol(person)
    return person


def opened_by(registry: Registry, person: Person) -> Opened:
    ask_for_code(registry, person.iin)
    return sign_in(registry, person.iin, codes_on(registry, person)[0])


def holder(registry: Registry, secret: str) -> Principal:
    held = registry.read(sessions.read_session, registry.clock, secret=secret)
    return held.principal


def voting_token(registry: Registry, member: Principal) -> str:
    opened = registry.write(sessions.open_voting_token, registry.clock, member)
    return opened["token"]


def kept(registry: Registry, secret: str) -> datetime:
    return registry.write(sessions.keep_session, registry.clock, secret=secret)


def as_administrator(registry: Registry, given: str) -> Opened:
    return registry.write(
        sessions.open_administrator_session,
        registry.clock,
        given=given,
        secret="the installation's secret",
    )


def test_a_session_stands_for_its_person(registry: Registry, aigul: Person):
    secret = opened_by(registry, aigul).session

    assert holder(registry, secret) == Principal(
        subject=registry.member_of(aigul).member,
        primary=registry.primary,
        grants=(Grant(role=Role.MEMBER),),
    )


def test_offices_given_later_are_seen_at_the_next_look(
    registry: Registry, aigul: Person
):
    secret = opened_by(registry, aigul).session
    registry.import_officers(f"{aigul.iin},trustee,2")

    assert holder(registry, secret).scopes(Role.TRUSTEE) == {"2"}


def test_a_session_ends_after_eight_hours(registry: Registry, aigul: Person):
    secret = opened_by(registry, aigul).session
    registry.clock.tick(hours=7, minutes=59, seconds=59)
    assert holder(registry, secret)
    registry.clock.tick(seconds=1)

    with pytest.raises(SessionEnded):
        holder(registry, secret)


def test_a_principal_is_believed_for_five_minutes_and_not_past_the_session(
    registry: Registry, aigul: Person
):
    secret = opened_by(registry, aigul).session
    look = sessions.read_session

    at_first = registry.read(look, registry.clock, secret=secret)
    registry.clock.tick(hours=7, minutes=58)
    at_last = registry.read(look, registry.clock, secret=secret)

    assert at_first.ends_at == at_last.ends_at
    assert at_first.lifetime == timedelta(minutes=5)
    assert at_last.lifetime == timedelta(minutes=2)


@pytest.mark.parametrize("secret", ["", "x", "a" * 43])
def test_what_is_no_session_is_refused(registry: Registry, secret: str):
    with pytest.raises(SessionEnded):
        holder(registry, secret)


def test_signing_out_here_leaves_the_other_devices(registry: Registry, aigul: Person):
    here, there = (opened_by(registry, aigul).session for _ in range(2))

    registry.write(sessions.close_session, secret=here)

    with pytest.raises(SessionEnded):
        holder(registry, here)
    assert holder(registry, there)


def test_signing_out_ends_all_of_a_person_s_sessions(registry: Registry, aigul: Person):
    other = a_person()
    registry.enrol(other)
    first, second = (opened_by(registry, aigul).session for _ in range(2))
    others = opened_by(registry, other).session

    registry.write(sessions.end_sessions, holder(registry, first))

    for secret in (first, second):
        with pytest.raises(SessionEnded):
            holder(registry, secret)
    assert holder(registry, others)


def test_a_session_s_secret_is_not_stored(registry: Registry, aigul: Person):
    secret = opened_by(registry, aigul).session

    with registry.db.engine.connect() as connection:
        rows = str(connection.execute(sa.text("SELECT * FROM sessions")).all())

    assert secret not in rows
    assert len(secret) >= 43


def test_a_voting_token_can_vote_and_nothing_else(registry: Registry, aigul: Person):
    registry.import_officers(f"{aigul.iin},trustee,2")
    member = holder(registry, opened_by(registry, aigul).session)

    voter = holder(registry, voting_token(registry, member))

    assert voter.subject == member.subject
    assert voter.grants == (Grant(role=Role.VOTER),)


def test_a_voting_token_ends_after_a_quarter_of_an_hour(
    registry: Registry, aigul: Person
):
    member = holder(registry, opened_by(registry, aigul).session)
    token = voting_token(registry, member)
    registry.clock.tick(minutes=14, seconds=59)
    assert holder(registry, token)
    registry.clock.tick(seconds=1)

    with pytest.raises(SessionEnded):
        holder(registry, token)


def test_signing_out_ends_the_voting_tokens_too(registry: Registry, aigul: Person):
    member = holder(registry, opened_by(registry, aigul).session)
    token = voting_token(registry, member)

    registry.write(sessions.end_sessions, member)

    with pytest.raises(SessionEnded):
        holder(registry, token)


def test_a_session_can_be_kept_for_eight_hours_more(registry: Registry, aigul: Person):
    secret = opened_by(registry, aigul).session
    registry.clock.tick(hours=7, minutes=59)

    ends_at = kept(registry, secret)

    assert ends_at == registry.clock.now() + timedelta(hours=8)
    registry.clock.tick(hours=7, minutes=59)
    assert holder(registry, secret)


def test_a_day_after_signing_in_a_session_ends_however_often_it_was_kept(
    registry: Registry, aigul: Person
):
    secret = opened_by(registry, aigul).session
    began = registry.clock.now()

    ends = []
    for _ in range(3):
        registry.clock.tick(hours=7, minutes=55)
        ends.append(kept(registry, secret))

    assert ends[-1] == began + timedelta(hours=24)
    registry.clock.tick(minutes=15)
    with pytest.raises(SessionEnded):
        holder(registry, secret)


def test_what_has_ended_cannot_be_kept(registry: Registry, aigul: Person):
    secret = opened_by(registry, aigul).session
    registry.clock.tick(hours=8)

    for one in (secret, "x"):
        with pytest.raises(SessionEnded):
            kept(registry, one)


def test_a_voting_token_cannot_be_kept(registry: Registry, aigul: Person):
    member = holder(registry, opened_by(registry, aigul).session)
    token = voting_token(registry, member)

    with pytest.raises(SessionEnded):
        kept(registry, token)

    registry.clock.tick(minutes=15)
    with pytest.raises(SessionEnded):
        holder(registry, token)


def test_the_installation_s_secret_makes_an_administrator_of_no_primary(
    registry: Registry,
):
    secret = as_administrator(registry, "the installation's secret").session

    administrator = holder(registry, secret)
    assert administrator.primary == ""
    assert administrator.grants == (Grant(role=Role.ADMINISTRATOR),)


@pytest.mark.parametrize("given", ["", "the installation", "секрет"])
def test_another_secret_makes_nobody_an_administrator(registry: Registry, given: str):
    with pytest.raises(SecretRefused):
        as_administrator(registry, given)


def test_administrators_sign_out_one_by_one(registry: Registry):
    first, second = (
        as_administrator(registry, "the installation's secret").session
        for _ in range(2)
    )

    registry.write(sessions.end_sessions, holder(registry, first))

    assert holder(registry, second)


def test_a_principal_names_the_voter_once_the_roll_is_there(
    registry: Registry, aigul: Person
):
    registry.clock.set(FROZEN)
    secret = opened_by(registry, aigul).session
    assert holder(registry, secret).voter is None
    registry.write(
        roll.freeze_roll,
        registry.clock,
        registry.officer(),
        primary=registry.primary,
    )
    jobs.freeze_boards(registry.db, registry.clock, registry.vault)

    reference = registry.read(lambda s: s.scalar(sa.select(RollEntry.voter)))
    assert holder(registry, secret).voter == Voter(reference=reference, board=KOKSHETAU)
