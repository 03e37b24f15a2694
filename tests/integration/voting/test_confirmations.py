"""The very same request for a code, twice at once: apps repeat what is not answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import eventlet
import pytest

from chassis.auth import Voter
from chassis.db import Database
from chassis.errors import DomainError
from contracts.voting.errors import ConfirmationRequestedTooSoon
from services.voting.models import Model
from tests.support.voting import DURING_VOTING, PrimaryInVoting

pytestmark = pytest.mark.integration


@pytest.fixture
def polls(fresh_database: Callable[[str], str]) -> Iterator[PrimaryInVoting]:
    database = Database(fresh_database("voting"))
    Model.metadata.create_all(database.engine)
    primary = PrimaryInVoting(database).set_up()
    primary.clock.set(DURING_VOTING)
    yield primary
    database.close()


def refusal_of(polls: PrimaryInVoting, voter: Voter, ballot: str) -> type[DomainError]:
    with pytest.raises(DomainError) as refused:
        polls.request_code(voter, ballot)
    return refused.type


def test_a_first_code_that_is_asked_for_twice_at_once_is_sent_once(
    polls: PrimaryInVoting,
):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    with polls.db.transaction() as session:
        polls.request_code_in(session, voter, ballot)
        session.flush()
        again = eventlet.spawn(refusal_of, polls, voter, ballot)
        eventlet.sleep(0.2)  # it has come as far as it can

    assert again.wait() is ConfirmationRequestedTooSoon
    code = polls.newest_code(voter)
    assert polls.cast(voter, ballot, code)["height"] == 1
