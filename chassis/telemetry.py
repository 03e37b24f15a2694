"""Logs: one line of JSON per fact, a static event name and fields.

Never a name, an IIN, a telephone number, a code, a credential, nor a voter
beside a ballot. Of an unexpected error only its type and place are written: its
message may quote the data it choked on.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace

import structlog
from eventlet import greenpool, hubs, queue

log = structlog.get_logger()


def configure_logging(level: str = "INFO") -> None:
    """Send this process's log lines to standard error as JSON."""
    logging.basicConfig(level=logging.WARNING, handlers=[LibraryHandler()], force=True)
    # it warns of every answer that is an error, with its text
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)
    _keep_eventlet_quiet()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _keep_eventlet_quiet() -> None:
    """Where it meets an error that is not its own it prints it, text and all."""
    hubs.get_hub().debug_exceptions = False
    quiet = SimpleNamespace(print_exc=lambda: None)
    queue.traceback = greenpool.traceback = quiet


class LibraryHandler(logging.Handler):
    """Shows what a library has to say, but not what about.

    The arguments of its message, and the text of its error, may quote a payload.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line: the message's template and the place of the error."""
        error = record.exc_info[1] if record.exc_info else None
        place = {"error": place_of(error)} if error else {}
        log.warning("library", logger=record.name, template=str(record.msg), **place)


def place_of(error: BaseException) -> str:
    """An error as a log may show it: `KeyError at ballots.py:41`.

    The place is the last one in our own code, if there is one.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = next((f for f in reversed(frames) if _is_ours(f.filename)), frames[-1])
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _is_ours(filename: str) -> bool:
    elsewhere = ("<", sys.base_prefix)  # generated, or of the standard library
    return "site-packages" not in filename and not filename.startswith(elsewhere)
