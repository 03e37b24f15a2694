"""Signing in: a code to the telephone, and nothing learnt by who has none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from chassis.auth import Grant, Role
from chassis.messages import MESSAGES, messages_to
from contracts.copies import UnknownPrimary
from contracts.registration.errors import InvalidNumber, SignInRefused
from services.registration import jobs, sessions, sign_in_codes
from services.registration.models import SignedIn, SignInCode
from services.registration.sessions import Opened
from tests.support.registration import Person, Registry, a_person, an_iin


@pytest.fixture
def aigul(registry: Registry) -> Person:
    person = a_person()
    registry.enrol(person)
    return person


def ask_for_code(registry: Registry, iin: str) -> None:
    registry.write(
        sign_in_codes.request_sign_in_code,
        registry.clock,
        registry.vault,
        primary=registry.primary,
        iin=iin,
    )


def codes_on(registry: Registry, person: Person) -> list[str]:
    """The codes that a telephone received, newest first."""
    received = registry.read(messages_to, registry.vault, telephone=person.telephone)
    found = (re.search(r"\b\d{6}\b", each.text) for each in received)
    return [each.group() for each in found if each]


def sign_in(registry: Registry, iin: str, code: str) -> Opened:
    person = {"primary": registry.primary, "iin": iin}
    found_by = registry.write(
        sessions.count_attempt, registry.clock, registry.vault, **person
    )
    return registry.write(
        sessions.sign_in,
        registry.clock,
        registry.vault,
        primary=registry.primary,
        found_by=found_by,
        code=code,
    )


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_code_on_the_telephone_opens_a_session(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)

    opened = sign_in(registry, aigul.iin, codes_on(registry, aigul)[0])

    assert opened.roles == (Grant(role=Role.MEMBER),)
    assert opened.expires_at - registry.clock.now() == timedelta(hours=8)


def test_a_code_opens_one_session_only(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)
    sign_in(registry, aigul.iin, code)

    with pytest.raises(SignInRefused):
        sign_in(registry, aigul.iin, code)


def test_a_code_is_good_for_less_than_ten_minutes(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)
    registry.clock.tick(minutes=10)

    with pytest.raises(SignInRefused):
        sign_in(registry, aigul.iin, code)


def test_it_may_be_used_until_then(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)
    registry.clock.tick(minutes=9, seconds=59)

    assert sign_in(registry, aigul.iin, f" {code} ")


def test_the_sixth_attempt_is_refused_even_with_the_right_code(
    registry: Registry, aigul: Person
):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(registry, aigul.iin, other_than(code))

    with pytest.raises(SignInRefused):
        sign_in(registry, aigul.iin, code)


def test_a_wrong_code_tells_how_many_attempts_are_left(
    registry: Registry, aigul: Person
):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)
    left = []
    for _ in range(6):
        with pytest.raises(SignInRefused) as refusal:
            sign_in(registry, aigul.iin, other_than(code))
        left.append(refusal.value.params["attempts_left"])

    assert left == [4, 3, 2, 1, 0, 0]


def test_the_fifth_attempt_may_be_right(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)
    for _ in range(4):
        with pytest.raises(SignInRefused):
            sign_in(registry, aigul.iin, other_than(code))

    assert sign_in(registry, aigul.iin, code)


def test_a_minute_lies_between_two_codes(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    registry.clock.tick(seconds=59)
    ask_for_code(registry, aigul.iin)
    assert len(codes_on(registry, aigul)) == 1

    registry.clock.tick(seconds=1)
    ask_for_code(registry, aigul.iin)

    assert len(codes_on(registry, aigul)) == 2


def test_only_the_newest_code_counts(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    registry.clock.tick(seconds=60)
    ask_for_code(registry, aigul.iin)
    newest, former = codes_on(registry, aigul)

    if newest != former:
        with pytest.raises(SignInRefused):
            sign_in(registry, aigul.iin, former)
    assert sign_in(registry, aigul.iin, newest)


def test_who_has_signed_in_may_ask_for_a_code_at_once(
    registry: Registry, aigul: Person
):
    for _ in range(2):
        ask_for_code(registry, aigul.iin)
        assert sign_in(registry, aigul.iin, codes_on(registry, aigul)[0])


def test_twenty_codes_a_day_are_enough(registry: Registry, aigul: Person):
    for _ in range(25):
        ask_for_code(registry, aigul.iin)
        registry.clock.tick(minutes=2)
    assert sent_to(registry) == 20

    registry.clock.tick(days=1)
    ask_for_code(registry, aigul.iin)

    assert sent_to(registry) == 21


def sent_to(registry: Registry) -> int:
    count = sa.select(sa.func.count()).select_from(MESSAGES)
    return registry.read(lambda s: s.scalar(count))


def test_a_number_that_nobody_has_behaves_like_any_other(
    registry: Registry, aigul: Person
):
    unknown = an_iin()
    for iin in (aigul.iin, unknown):
        ask_for_code(registry, iin)

    assert sent_to(registry) == 1
    rows = registry.read(lambda s: s.query(SignInCode).all())
    assert len(rows) == 2
    for iin in (aigul.iin, unknown):
        with pytest.raises(SignInRefused) as refusal:
            sign_in(registry, iin, "no code")
        assert refusal.value.params == {"attempts_left": 4}


def test_who_never_asked_for_a_code_is_refused_alike(registry: Registry, aigul: Person):
    for iin in (aigul.iin, an_iin()):
        with pytest.raises(SignInRefused):
            sign_in(registry, iin, "123456")


def test_a_former_member_gets_no_code(registry: Registry, aigul: Person):
    registry.end_membership(aigul)

    ask_for_code(registry, aigul.iin)

    assert codes_on(registry, aigul) == []


def test_who_leaves_with_a_code_in_hand_stays_out(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    registry.end_membership(aigul)

    with pytest.raises(SignInRefused):
        sign_in(registry, aigul.iin, codes_on(registry, aigul)[0])


def test_a_code_holds_in_its_own_primary(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)
    registry.define(primary="rehearsal-2020", rehearsal=True)
    registry.import_ppos()
    registry.enrol(aigul)

    with pytest.raises(SignInRefused):
        sign_in(registry, aigul.iin, code)


def test_what_is_no_number_or_no_primary_is_refused(registry: Registry):
    with pytest.raises(InvalidNumber):
        ask_for_code(registry, "850312401236")
    registry.primary = "nowhere-2020"
    with pytest.raises(UnknownPrimary):
        ask_for_code(registry, an_iin())


def test_codes_are_not_stored_in_the_clear(registry: Registry, aigul: Person):
    ask_for_code(registry, aigul.iin)
    [code] = codes_on(registry, aigul)

    with registry.db.engine.connect() as connection:
        for table in ("sign_in_codes", "messages"):
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).all()
            texts = [str(field) for row in rows for field in row]
            assert not any(code == text or aigul.iin in text for text in texts)


def test_what_has_expired_is_forgotten(registry: Registry, aigul: Person):
    ask_for_code(registry, an_iin())
    ask_for_code(registry, aigul.iin)
    sign_in(registry, aigul.iin, codes_on(registry, aigul)[0])
    registry.clock.tick(days=1)

    jobs.forget_expired(registry.db, registry.clock)

    assert registry.read(lambda s: s.query(SignInCode).count()) == 0
    assert registry.read(lambda s: s.query(SignedIn).count()) == 0
