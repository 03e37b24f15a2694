"""A subscriber sees its territory's events as lines, and can go on later."""

from __future__ import annotations

import json

import httpx
import pytest

from tools.api import Api
from tools.subscriber import keys_of, read_feed, show

EVENT = {"id": "1", "type": "voting.turnout_updated.v1", "primary": "ours", "data": {}}


def test_a_territory_is_heard_as_a_region_and_as_a_part_of_one():
    assert keys_of("KZ-AKM") == ("KZ-AKM.#", "*.KZ-AKM.#")


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]):
    show({**EVENT, "data": {"title": "Ақмола"}}, None)

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["data"] == {"title": "Ақмола"}
    assert "Ақмола" in line


@pytest.mark.parametrize(("primary", "lines"), [(None, 1), ("ours", 1), ("theirs", 0)])
def test_another_primarys_events_are_left_out(
    primary: str | None, lines: int, capsys: pytest.CaptureFixture[str]
):
    show(EVENT, primary)

    assert len(capsys.readouterr().out.splitlines()) == lines


def test_the_feed_is_read_to_its_end_and_tells_where_that_was(
    capsys: pytest.CaptureFixture[str],
):
    def feed(request: httpx.Request) -> httpx.Response:
        assert request.url.params["place"] == "KZ-AKM"
        after = int(request.url.params.get("after", 0))
        items = [{**EVENT, "id": str(after)}] if after < 3 else []
        return httpx.Response(
            200, json={"items": items, "next": str(after + len(items))}
        )

    client = httpx.Client(transport=httpx.MockTransport(feed))
    read_feed(Api("http://x", client=client), "KZ-AKM", None, after=None, once=True)

    shown = capsys.readouterr()
    assert [json.loads(line)["id"] for line in shown.out.splitlines()] == [
        "0",
        "1",
        "2",
    ]
    assert shown.err == "--after 3\n"
