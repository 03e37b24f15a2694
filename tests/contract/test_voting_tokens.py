"""What a voting token opens: what a booth does for a voter, and nothing else."""

from __future__ import annotations

from chassis.auth import Role
from chassis.operations import Operation
from contracts.services import SERVICES
from tests.support.contracts import operations_of


def each_operation() -> list[type[Operation]]:
    return [one for service in SERVICES for one in operations_of(service)]


def test_a_voting_token_opens_what_a_booth_does_and_nothing_else():
    opened = {one.name for one in each_operation() if Role.VOTER in one.roles}

    assert opened == {
        "read_credential",
        "show_my_vote",
        "request_confirmation",
        "cast_ballot",
        "spoil_ballot",
    }


def test_what_a_voting_token_opens_a_member_s_session_opens_too():
    for operation in each_operation():
        assert Role.VOTER not in operation.roles or Role.MEMBER in operation.roles
