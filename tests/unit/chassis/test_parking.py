"""The slip on a parked message tells an operator all that may be told."""

from __future__ import annotations

from datetime import UTC, datetime

from chassis.parking import NO_EVENT, Slip, slip_in

NOON = datetime(2020, 8, 17, 12, tzinfo=UTC)


def test_a_slip_is_read_as_it_was_written():
    slip = Slip.of("tally.ballots", NOON, 7, KeyError("850312401235"))

    assert slip_in(slip.as_headers()) == slip
    assert "850312401235" not in str(slip.as_headers())
    assert slip.at == "2020-08-17T12:00:00+00:00"


def test_what_is_no_event_failed_at_nothing():
    assert Slip.of("tally.events", NOON, 0, None).error == NO_EVENT


def test_what_the_broker_parked_by_itself_is_told_from_its_own_words():
    death = {
        "queue": "tally.ballots",
        "reason": "delivery_limit",
        "time": datetime(2020, 8, 17, 12),  # noqa: DTZ001 (as the broker gives it)
        "exchange": "",
    }

    slip = slip_in({"x-death": [death]})

    assert slip.queue == "tally.ballots"
    assert slip.error == "broker: delivery_limit"
    assert slip.at == "2020-08-17T12:00:00+00:00"


def test_a_message_without_a_word_about_it_has_an_empty_slip():
    assert slip_in({}) == Slip()
