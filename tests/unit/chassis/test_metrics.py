"""What is counted is counted once, under a label that is known beforehand."""

from __future__ import annotations

import eventlet
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.errors import Conflict, ServiceFailed, ServiceUnavailable
from chassis.metrics import (
    CALLS_MADE,
    OTHER,
    REGISTRY,
    count_when_committed,
    known_type,
    outcome_of,
    timed,
)
from contracts.voting.events import BallotAccepted


class Count:
    def __init__(self):
        self.value = 0

    def inc(self):
        self.value += 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Conflict(), "refused"),
        (ServiceUnavailable(service="tally"), "unavailable"),
        (eventlet.Timeout(None), "unavailable"),
        (ServiceFailed("KeyError"), "failed"),
        (KeyError("iin"), "failed"),
    ],
)
def test_how_a_call_ended_is_one_of_four_words(error: BaseException, outcome: str):
    assert outcome_of(error) == outcome


def test_a_call_that_fails_is_measured_and_fails():
    called = {"service": "tally", "operation": "test_only"}

    with pytest.raises(Conflict), timed(CALLS_MADE, **called):
        raise Conflict
    with timed(CALLS_MADE, **called):
        pass

    def measured(outcome: str):
        return REGISTRY.get_sample_value(
            "primaries_rpc_client_seconds_count", called | {"outcome": outcome}
        )

    assert (measured("refused"), measured("ok"), measured("failed")) == (1, 1, None)


def test_what_somebody_invents_is_no_label():
    assert known_type(BallotAccepted.type) == BallotAccepted.type
    assert known_type("850312401235") == OTHER


def test_what_is_rolled_back_is_not_counted():
    engine, count = sa.create_engine("sqlite://"), Count()
    with Session(engine) as session:
        session.execute(sa.text("SELECT 1"))
        count_when_committed(session, count)
        session.rollback()
    undone = count.value
    with Session(engine) as session, session.begin():
        session.execute(sa.text("SELECT 1"))
        count_when_committed(session, count)
    engine.dispose()

    assert (undone, count.value) == (0, 1)
