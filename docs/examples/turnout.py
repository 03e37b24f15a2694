"""A regional system in Python: the turnout of a region, right after any crash.

    pip install kombu
    python turnout.py amqp://region.KZ-AKM:PASSWORD@BROKER/primaries KZ-AKM turnout.db

It reads the region's stream from the first event on, keeps the newest turnout of each
voting district in SQLite and prints the sum whenever it changes. Each batch's effects
and the offset behind it are written in one transaction, so an interrupted run is simply
started again.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from typing import Any

from kombu import Connection, Queue

TABLES = """
CREATE TABLE IF NOT EXISTS place (stream TEXT PRIMARY KEY, next INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS last (
    territory TEXT, service TEXT, sequence INTEGER, PRIMARY KEY (territory, service)
);
CREATE TABLE IF NOT EXISTS turnout (district TEXT PRIMARY KEY, online INTEGER);
"""
MOST = 200  # messages on their way to us


def main(uri: str, region: str, path: str) -> None:
    """Follow the region's stream for ever."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(TABLES)
    stream = f"region.{region}.log"
    arrived: list[Any] = []
    with Connection(uri, heartbeat=10) as connection:
        consume(connection, stream, next_offset(db, stream), arrived)
        while True:
            try:
                connection.drain_events(timeout=1)
            except TimeoutError:
                connection.heartbeat_check()
            if arrived:
                apply(db, stream, arrived)
                arrived[-1].channel.basic_ack(arrived[-1].delivery_tag, multiple=True)
                arrived.clear()
                report(db)


def consume(
    connection: Connection, stream: str, offset: int, arrived: list[Any]
) -> None:
    """Ask for the stream from an offset on; declare nothing, we have no right to."""
    queue = Queue(
        stream, no_declare=True, consumer_arguments={"x-stream-offset": offset}
    )
    connection.Consumer(
        queue, on_message=arrived.append, auto_declare=False, prefetch_count=MOST
    ).consume()


def next_offset(db: sqlite3.Connection, stream: str) -> int:
    """Where the last run ended."""
    row = db.execute("SELECT next FROM place WHERE stream = ?", (stream,)).fetchone()
    return row[0] if row else 0


def apply(db: sqlite3.Connection, stream: str, messages: list[Any]) -> None:
    """Effects and place in one transaction: all of it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    for message in messages:
        event = json.loads(message.body)
        if is_new(db, event):
            handle(db, event)
    offset = messages[-1].headers["x-stream-offset"] + 1
    db.execute("REPLACE INTO place VALUES (?, ?)", (stream, offset))
    db.execute("COMMIT")


def is_new(db: sqlite3.Connection, event: dict[str, Any]) -> bool:
    """An event may come twice; its number tells. It tells what is missing, too."""
    line = (event["subject"], event["type"].partition(".")[0])
    query = "SELECT sequence FROM last WHERE territory = ? AND service = ?"
    row = db.execute(query, line).fetchone()
    last = row[0] if row else 0
    if event["sequence"] <= last:
        return False
    if event["sequence"] > last + 1:
        missing = f"{line}: {last + 1} to {event['sequence'] - 1} are missing"
        sys.stderr.write(f"{missing}; read them from /api/v1/events\n")
    db.execute("REPLACE INTO last VALUES (?, ?, ?)", (*line, event["sequence"]))
    return True


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
