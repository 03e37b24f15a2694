"""Logs say what went wrong and where, and never about whom."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import sqlalchemy as sa

from chassis.telemetry import place_of

SPEAK = """
import eventlet
eventlet.monkey_patch()
import logging
from chassis.telemetry import configure_logging
configure_logging()
log = logging.getLogger("kombu.mixins")
try:
    raise ValueError("IIN 850312401235")
except ValueError as error:
    log.error("Can't decode message body: %r (raw: %r)", error, "850312401235")
    log.critical("a thread exited", exc_info=True)
    logging.getLogger("nameko.containers").exception("error handling: %s", error)
log.info("too much detail")

def fail():
    raise ValueError("IIN 850312401235")
eventlet.spawn(fail)
eventlet.sleep(0.01)
"""


def test_a_librarys_line_has_its_template_and_place_alone() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SPEAK],
        capture_output=True,
        text=True,
        check=True,
    )

    said = [json.loads(line) for line in run.stderr.splitlines()]
    assert "850312401235" not in run.stderr + run.stdout
    assert [line["template"] for line in said] == [
        "Can't decode message body: %r (raw: %r)",
        "a thread exited",
    ]
    assert said[1]["error"].startswith("ValueError at")


def test_an_error_deep_in_a_library_is_placed_where_we_called_it() -> None:
    with pytest.raises(sa.exc.ArgumentError) as raised:
        sa.create_engine("no url at all")

    assert place_of(raised.value).startswith("ArgumentError at test_telemetry.py:")


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(KeyError("x")) == "KeyError"
