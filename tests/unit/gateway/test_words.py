"""How pages write times, numbers and reasons."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.pages import words

NOW = datetime(2020, 10, 1, 12, tzinfo=UTC)


def test_a_moment_is_written_in_local_time_with_its_zone():
    shown = words.instant("2020-09-30T19:00:00Z", "Asia/Qostanay")

    assert "1 October 2020, 01:00 (Kostanay time)" in shown
    assert 'datetime="2020-10-01T01:00:00+06:00"' in shown


@pytest.mark.parametrize(
    ("moment", "words_for_it"),
    [
        ("2020-10-04T12:00:00Z", "in 3 days"),
        ("2020-10-02T12:00:00Z", "in 1 day"),
        ("2020-10-01T13:59:00Z", "in 1 hour"),
        ("2020-10-01T12:00:10Z", "in 1 minute"),
        ("2020-10-01T11:58:00Z", "2 minutes ago"),
        ("2020-09-20T12:00:00Z", "11 days ago"),
    ],
)
def test_a_distance_is_told_in_its_largest_unit(moment, words_for_it):
    assert words.distance(moment, NOW) == words_for_it


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0, "0"), (9163, "9,163"), (825000, "825,000")],
)
def test_a_number_is_grouped_and_nothing_is_a_dash(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(None, "–"), (0.6979166, "69.79%"), (1.0, "100.00%")]
)
def test_a_share_is_written_in_per_cent(share, text):
    assert words.percent(share) == text


def test_a_tracker_is_grouped_and_never_shortened():
    whole = "cZIeQc1S7rfvL3oWQAmMQwjuRHJCoLzXAmMrS7IUDXA"

    shown = words.tracker(whole)

    assert shown.startswith("cZIe Qc1S ")
    assert shown.replace(" ", "") == whole


@pytest.mark.parametrize(
    ("code", "params", "sentence"),
    [
        ("rating", {"rank": 1, "free": 3}, "Rated 1, with 3 places still free."),
        (
            "women_quota",
            {"rank": 6, "free": 1, "women_needed": 1},
            (
                "Rated 6. The quota still needed 1 woman, with 1 place free, so that "
                "men rated better were passed over."
            ),
        ),
        (
            "places_needed_for_both",
            {"rank": 4, "free": 3, "women_needed": 2, "young_needed": 1},
            (
                "Rated 4, but only 3 places stayed free, and the quotas still needed 2 "
                "women and 1 young candidate."
            ),
        ),
        ("withdrawn", {}, "Withdrew, and stands no longer."),
        ("a_new_reason", {"rank": 9}, "a new reason"),
    ],
)
def test_a_reason_of_a_party_list_is_a_sentence(code, params, sentence):
    assert words.reason({"code": code, "params": params}) == sentence


def test_every_reason_that_tally_gives_has_its_sentence():
    known = {
        "rating",
        "women_quota",
        "young_quota",
        "women_and_young_quota",
        "places_needed_for_women",
        "places_needed_for_young",
        "places_needed_for_both",
        "list_full",
        "withdrawn",
    }
    needs_words = {"code": "", "params": {"rank": 2, "free": 2}}

    for code in known:
        assert words.reason(needs_words | {"code": code}).endswith(".")
