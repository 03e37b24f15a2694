"""The register: files of members, judged row by row, taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from contracts.registration import errors
from services.registration import members
from services.registration.files import MAX_ROWS, Verdicts
from services.registration.models import Member, SignedIn
from tests.support.registration import (
    AKKOL,
    SUSPENDED,
    Person,
    Registry,
    a_person,
    an_iin,
    members_csv,
)


def enrolled(registry: Registry) -> int:
    return registry.read(lambda s: s.scalar(sa.select(sa.func.count(Member.member))))


def verdicts(result: Verdicts) -> list[str]:
    return [row.verdict for row in result.rows]


def codes(result: Verdicts) -> list[tuple[str, str]]:
    return [(p.field, p.code) for row in result.rows for p in row.problems]


def test_a_file_of_members_is_taken_in(registry: Registry):
    people = [a_person() for _ in range(3)]

    result = registry.import_members(members_csv(*people))

    assert (result.applied, result.accepted) == (True, 3)
    assert registry.member_of(people[0]).name == "Aigul Sample"


def test_a_dry_run_says_the_same_and_changes_nothing(registry: Registry):
    csv = members_csv(*(a_person() for _ in range(3)))

    tried = registry.import_members(csv, dry_run=True)

    assert (tried.applied, tried.accepted) == (False, 3)
    assert enrolled(registry) == 0
    assert verdicts(registry.import_members(csv)) == verdicts(tried)


def test_the_same_file_again_changes_nothing_and_says_so(registry: Registry):
    csv = members_csv(*(a_person() for _ in range(3)))
    registry.import_members(csv)

    again = registry.import_members(csv)

    assert verdicts(again) == ["known"] * 3
    assert enrolled(registry) == 3


def test_new_people_beside_known_ones_are_taken_in(registry: Registry):
    old, new = a_person(), a_person()
    registry.enrol(old)

    result = registry.import_members(members_csv(old, new))

    assert verdicts(result) == ["known", "accepted"]
    assert enrolled(registry) == 2


def test_one_wrong_row_keeps_the_whole_file_out(registry: Registry):
    right, wrong = a_person(), a_person(sex="x", iin=an_iin())

    result = registry.import_members(members_csv(right, wrong))

    assert verdicts(result) == ["accepted", "refused"]
    assert not result.applied
    assert enrolled(registry) == 0


WRONG: tuple[tuple[str, Callable[[Person], Person], tuple[str, str]], ...] = (
    (
        "a wrong check digit",
        lambda p: p.but(iin=p.iin[:11] + str((int(p.iin[11]) + 1) % 10)),
        ("iin", "invalid_number"),
    ),
    (
        "a birth date that differs from the number's",
        lambda p: p.but(birth_date=date(1980, 5, 18)),
        ("birth_date", "differs"),
    ),
    ("no name", lambda p: p.but(name=""), ("name", "invalid")),
    ("no such day", lambda p: p.but(joined_on="2015-02-30"), ("joined_on", "invalid")),
    (
        "another form of date",
        lambda p: p.but(joined_on="20150201"),
        ("joined_on", "invalid"),
    ),
    (
        "a day to come",
        lambda p: p.but(joined_on="2020-08-21"),
        ("joined_on", "invalid"),
    ),
    (
        "a telephone without its country",
        lambda p: p.but(telephone="87011234567"),
        ("telephone", "invalid_telephone"),
    ),
    ("an unknown organisation", lambda p: p.but(ppo="ppo-77"), ("ppo", "invalid")),
    (
        "a territory where nobody votes",
        lambda p: p.but(territory="KZ-AKM"),
        ("territory", "invalid"),
    ),
    ("an unknown territory", lambda p: p.but(territory="XX"), ("territory", "invalid")),
)


@pytest.mark.parametrize(
    ("wrong", "problem"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG]
)
def test_a_wrong_field_is_named_with_its_reason(
    registry: Registry, wrong: Callable[[Person], Person], problem: tuple[str, str]
):
    result = registry.import_members(members_csv(wrong(a_person())))

    assert codes(result) == [problem]
    assert all(p.reason for row in result.rows for p in row.problems)
    assert enrolled(registry) == 0


def test_a_corrected_sex_is_kept_and_remarked_upon(registry: Registry):
    person = a_person(sex="f").but(iin=an_iin(sex="m"))

    result = registry.import_members(members_csv(person))

    assert (verdicts(result), codes(result)) == (["accepted"], [("sex", "differs")])
    assert registry.member_of(person).sex == "f"


def test_a_number_that_occurs_twice_in_a_file_is_refused(registry: Registry):
    person = a_person()

    result = registry.import_members(
        members_csv(person, a_person().but(iin=person.iin))
    )

    assert codes(result) == [("iin", "repeated")]


def test_a_telephone_belongs_to_one_member(registry: Registry):
    first = a_person()
    registry.enrol(first)
    second = a_person(telephone=first.telephone)

    against_the_register = registry.import_members(members_csv(second))
    within_the_file = registry.import_members(
        members_csv(
            a_person(telephone="+77011112233"), a_person(telephone="+77011112233")
        )
    )

    assert codes(against_the_register) == [("telephone", "shared")]
    assert codes(within_the_file) == [("telephone", "shared")]


def test_a_family_shares_a_telephone_where_the_file_says_so(registry: Registry):
    first = a_person()
    registry.enrol(first)
    header = ",".join([*members.HEADER, "shared_telephone"])
    second = a_person(telephone=first.telephone)

    result = registry.import_members(f"{header}\n{second.line},yes\n")

    assert result.applied


def test_telephones_are_the_same_however_they_are_written(registry: Registry):
    registry.enrol(a_person(telephone="+77011234567"))

    result = registry.import_members(
        members_csv(a_person(telephone="+7 (701) 123-45-67"))
    )

    assert codes(result) == [("telephone", "shared")]


def test_a_known_member_with_other_facts_is_refused_naming_them(registry: Registry):
    person = a_person()
    registry.enrol(person)

    moved = person.but(territory=AKKOL, telephone="+77019999999")
    result = registry.import_members(members_csv(moved))

    assert codes(result) == [("territory", "differs"), ("telephone", "differs")]
    assert "7019999999" not in str(result.rows[0].problems)


def test_nobody_new_joins_while_enrolment_is_suspended(registry: Registry):
    old, new = a_person(), a_person()
    registry.enrol(old)
    registry.clock.set(SUSPENDED)

    result = registry.import_members(members_csv(old, new))

    assert verdicts(result) == ["known", "refused"]
    assert codes(result) == [("iin", "enrolment_suspended")]
    assert enrolled(registry) == 1


HEADER = ",".join(members.HEADER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "iin,name\n",
        HEADER.replace("occupation", "work"),
        f"{HEADER},notes\n",
        ",".join(reversed(members.HEADER)),
        f'{HEADER}\n"unfinished',
    ],
)
def test_a_file_with_another_header_or_form_is_refused(registry: Registry, text: str):
    with pytest.raises(errors.UnreadableFile):
        registry.import_members(text)


def test_a_file_can_be_too_long(registry: Registry):
    with pytest.raises(errors.UnreadableFile):
        registry.import_members(HEADER + "\n" + "x\n" * (MAX_ROWS + 1))


def test_a_row_of_another_length_is_refused_by_its_number(registry: Registry):
    csv = members_csv(a_person()) + a_person().line + ",one more\n"

    result = registry.import_members(csv)

    assert [(row.row, row.verdict) for row in result.rows] == [
        (1, "accepted"),
        (2, "refused"),
    ]
    assert ("", "wrong_length") in codes(result)


def test_a_spreadsheet_s_byte_order_mark_and_line_ends_do_no_harm(registry: Registry):
    csv = "\ufeff" + members_csv(a_person()).replace("\n", "\r\n")

    assert registry.import_members(csv).applied


def test_a_number_is_known_in_its_own_primary_only(registry: Registry):
    person = a_person()
    registry.enrol(person)
    first = registry.member_of(person)

    registry.define(primary="rehearsal-2020", rehearsal=True)
    registry.import_ppos()
    registry.enrol(person)

    second = registry.member_of(person)
    assert first.member != second.member
    assert first.number_hash != second.number_hash


def test_what_is_stored_shows_neither_number_nor_telephone(registry: Registry):
    person = a_person()
    registry.enrol(person)

    with registry.db.engine.connect() as connection:
        stored = str(connection.execute(sa.text("SELECT * FROM members")).all())

    assert person.iin not in stored
    assert person.telephone[1:] not in stored


def test_a_membership_ends_with_a_reason_and_signs_out(registry: Registry):
    person = a_person()
    registry.enrol(person)
    member = registry.member_of(person).member
    registry.write(
        lambda s: s.add(
            SignedIn(
                session_hash="x",
                primary=registry.primary,
                subject=member,
                opened_at=registry.clock.now(),
                expires_at=registry.clock.now(),
            )
        )
    )

    registry.end_membership(person, "Expelled for discrediting the party")

    assert registry.member_of(person).end_reason
    assert registry.read(lambda s: s.query(SignedIn).count()) == 0
    with pytest.raises(errors.MembershipIsOver):
        registry.end_membership(person)


def test_nobody_ends_what_is_no_membership(registry: Registry):
    with pytest.raises(errors.UnknownMember):
        registry.end_membership(a_person())
