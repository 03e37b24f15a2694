"""What a region's stream is called, bound by and limited to.

Apart from `streams.py`, so that a reader of streams need not load what publishes.
"""

from __future__ import annotations

from kombu import Queue

_MIB = 2**20
#: What a stream keeps at most. The broker forgets whole segments, oldest first.
LONGEST_AGE = "1Y"
MOST_BYTES = 1024 * _MIB
_SEGMENT = 16 * _MIB


def stream_name(region: str) -> str:
    """The name of a region's stream; the country is a region of its own here."""
    return f"region.{region}.log"


def stream_key(region: str) -> str:
    """What a region's stream is bound by."""
    return f"{region}.#"


def stream_of(region: str) -> Queue:
    """The stream with all that was ever said in public about a region."""
    arguments = {
        "x-queue-type": "stream",
        "x-max-age": LONGEST_AGE,
        "x-max-length-bytes": MOST_BYTES,
        "x-stream-max-segment-size-bytes": _SEGMENT,
    }
    return Queue(stream_name(region), durable=True, queue_arguments=arguments)
