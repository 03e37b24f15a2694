"""A regional system in Python: the turnout of a region, right after any crash.

    pip install kombu
    python turnout.py amqps://region.KZ-AKM:PASSWORD@BROKER/primaries KZ-AKM \
        turnout.db https://primaries.example.org

It reads the region's stream from the first event on, keeps the newest turnout of each
voting district in SQLite and prints the sum whenever it changes. Each batch's effects
and the offset behind it are written in one transaction, so an interrupted run is simply
started again. What the stream lacks is read from the HTTP feed at the last address.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from kombu import Connection, Queue

TABLES = """
CREATE TABLE IF NOT EXISTS place (stream TEXT PRIMARY KEY, next INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS last (
    territory TEXT, service TEXT, sequence INTEGER, PRIMARY KEY (territory, service)
);
CREATE TABLE IF NOT EXISTS turnout (district TEXT PRIMARY KEY, online INTEGER);
"""
MOST = 200  # messages on their way to us
OFFSET = "x-stream-offset"
SILENCE = 10  # seconds in which a stream gives the event that we ask for


def main(uri: str, region: str, path: str, feed: str) -> None:
    """Follow the region's stream for ever."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(TABLES)
    stream = f"region.{region}.log"
    offset = offset_of_last(db, stream)
    # without this, a broker with anybody's certificate would be told the password
    tls = {"server_hostname": None} if uri.startswith("amqps:") else False
    with Connection(uri, heartbeat=10, ssl=tls) as connection:
        arrived = consume(connection, stream, offset)
        for _ in range(SILENCE):  # the broker's heartbeats would prolong a longer wait
            if not arrived:
                receive(connection, arrived, 1)
        check(db, stream, offset, arrived, feed)
        while True:
            if arrived:
                keep(db, stream, arrived, feed)
                arrived[-1].channel.basic_ack(arrived[-1].delivery_tag, multiple=True)
                arrived.clear()
                report(db)
            receive(connection, arrived, 1)


def check(
    db: sqlite3.Connection, stream: str, offset: int, arrived: list[Any], feed: str
) -> None:
    """Does the stream go on where we were? It may have been made anew, or forgotten."""
    if offset and not arrived:
        db.execute("DELETE FROM place WHERE stream = ?", (stream,))
        sys.exit(
            "The stream is shorter than it was: start again, from its first event."
        )
    if not offset or arrived[0].headers[OFFSET] > offset:
        with db:
            db.execute("BEGIN IMMEDIATE")
            catch_up(db, feed, stream.split(".")[1])


def offset_of_last(db: sqlite3.Connection, stream: str) -> int:
    """Of the last event that we have: if it does not come, the stream is another."""
    row = db.execute("SELECT next FROM place WHERE stream = ?", (stream,)).fetchone()
    return row[0] - 1 if row else 0


def consume(connection: Connection, stream: str, offset: int) -> list[Any]:
    """Ask for the stream from an offset on; declare nothing, we have no right to."""
    arrived: list[Any] = []
    queue = Queue(stream, no_declare=True, consumer_arguments={OFFSET: offset})
    connection.Consumer(
        queue, on_message=arrived.append, auto_declare=False, prefetch_count=MOST
    ).consume()
    return arrived


def receive(connection: Connection, arrived: list[Any], wait: float) -> None:
    """Wait for a message, and take along those right behind it."""
    connection.heartbeat_check()
    with suppress(TimeoutError):
        while len(arrived) < MOST:
            connection.drain_events(timeout=0.02 if arrived else wait)


def keep(db: sqlite3.Connection, stream: str, messages: list[Any], feed: str) -> None:
    """Effects and place in one transaction: all of it, or nothing."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        for message in messages:
            take(db, json.loads(message.body), feed)
        offset = messages[-1].headers[OFFSET] + 1
        db.execute("REPLACE INTO place VALUES (?, ?)", (stream, offset))


def take(db: sqlite3.Connection, event: dict[str, Any], feed: str = "") -> None:
    """An event may come twice: its number tells. It tells what is missing, too."""
    line = (event["subject"], event["type"].partition(".")[0])
    if feed and event["sequence"] > last_of(db, line) + 1:
        catch_up(db, feed, event["subject"])
    due = last_of(db, line) + 1
    if event["sequence"] > due:
        sys.exit(f"{line}: {due} is not in the feed yet. Start again, nothing is lost.")
    if event["sequence"] == due:
        db.execute("REPLACE INTO last VALUES (?, ?, ?)", (*line, due))
        handle(db, event)


def last_of(db: sqlite3.Connection, line: tuple[str, str]) -> int:
    """The number of the last event of a territory and a service."""
    query = "SELECT sequence FROM last WHERE territory = ? AND service = ?"
    row = db.execute(query, line).fetchone()
    return row[0] if row else 0


def catch_up(db: sqlite3.Connection, feed: str, place: str) -> None:
    """Take everything about a place from the feed, which has it all."""
    for event in read_feed(feed, place):
        take(db, event)


def read_feed(feed: str, place: str) -> Iterator[dict[str, Any]]:
    """The feed of a region or a territory, from the first event to the last."""
    page: dict[str, Any] = {"items": [None], "next": ""}
    while page["items"]:
        query = urlencode({"place": place, "after": page["next"], "limit": 500})
        address = f"{feed}/api/v1/events?{query}"
        with urlopen(address, timeout=30) as answer:  # noqa: S310 (it was given to us)
            page = json.load(answer)
        yield from page["items"]


def handle(db: sqlite3.Connection, event: dict[str, Any]) -> None:
    """What this system is about. Leave out what you do not know: more will come."""
    if event["type"] == "voting.turnout_updated.v1":
        data = event["data"]
        db.execute(
            "REPLACE INTO turnout VALUES (?, ?)", (data["district"], data["online"])
        )


def report(db: sqlite3.Connection) -> None:
    """Say how many have voted."""
    online, districts = db.execute(
        "SELECT coalesce(sum(online), 0), count(*) FROM turnout"
    ).fetchone()
    sys.stdout.write(f"{online} have voted online in {districts} districts\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
