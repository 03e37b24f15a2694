"""As much of HTTP/1.1 as a crowd needs: ask, read the answer, keep the connection.

httpx takes a millisecond of processor time for a request, this a tenth of that; on a
machine that also runs the platform, the difference would be measured as the platform's.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tools.loadtest.plan import Request

_IDLE = 20.0  # seconds; some servers hang up earlier, and we see that they did
_HEAD = 64 * 1024


class NotHttp(Exception):
    """What came back is no answer as we read them."""


@dataclass(frozen=True)
class Answer:
    """What matters of an answer."""

    status: int
    headers: dict[str, str]


@dataclass
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float = 0.0

    def is_open(self) -> bool:
        is_fresh = time.monotonic() - self.used_at < _IDLE
        return is_fresh and not self.reader.at_eof()

    async def ask(self, request: bytes) -> Answer:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        answer = _parse(head)
        await self.reader.readexactly(_length(answer))
        return answer


class Crowd:
    """Many callers of one server, each with a connection while it asks."""

    def __init__(
        self, url: str, *, authority: Path | None = None, addresses: int = 0
    ) -> None:
        """`authority`: a file with what signs the server's certificate.

        `addresses`: come from so many addresses of this machine (127.1.x.y).
        """
        parts = urlsplit(url)
        self._host, self.netloc = parts.hostname or "", parts.netloc
        secure = parts.scheme == "https"
        self._port = parts.port or (443 if secure else 80)
        self._tls = ssl.create_default_context(cafile=authority) if secure else None
        self._from = _sources(addresses)
        self._addresses = addresses
        self._idle: list[_Connection] = []

    async def arrive(self) -> None:
        """Connect from every address: handshakes do not belong to the measured time."""
        for _ in range(self._addresses):
            self._give_back(await self._open(), kept=True)

    async def ask(self, request: Request) -> Answer:
        """The answer; OSError, EOFError or `NotHttp` where none came."""
        connection = self._kept() or await self._open()
        kept = False
        try:
            answer = await connection.ask(request.encoded(self.netloc))
            kept = answer.headers.get("connection") != "close"
        except ValueError as error:
            raise NotHttp(str(error)) from error
        finally:
            self._give_back(connection, kept=kept)
        return answer

    async def close(self) -> None:
        """Hang up."""
        writers = [connection.writer for connection in self._idle]
        self._idle.clear()
        for writer in writers:
            writer.close()
        closing = [writer.wait_closed() for writer in writers]
        await asyncio.gather(*closing, return_exceptions=True)

    def _kept(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open():
                return connection
            connection.writer.close()
        return None

    async def _open(self) -> _Connection:
        source = next(self._from)
        streams = await asyncio.open_connection(
            self._host,
            self._port,
            ssl=self._tls,
            local_addr=(source, 0) if source else None,
            limit=_HEAD,
        )
        return _Connection(*streams)

    def _give_back(self, connection: _Connection, *, kept: bool) -> None:
        if not kept:
            connection.writer.close()
            return
        connection.used_at = time.monotonic()
        self._idle.append(connection)


def _sources(count: int) -> Iterator[str]:
    """Addresses of this machine, in turn; an empty text is whichever it chooses."""
    numbers = range(1, count + 1)
    made = [f"127.1.{number // 250}.{number % 250 + 1}" for number in numbers]
    return itertools.cycle(made or [""])


def _parse(head: bytes) -> Answer:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    protocol, status, *_ = first.split(" ")
    if not protocol.startswith("HTTP/1."):
        raise NotHttp(first[:64])
    pairs = (line.partition(":") for line in lines)
    return Answer(int(status), {n.lower(): v.strip() for n, _, v in pairs})


def _length(answer: Answer) -> int:
    """How long the body is; no server of ours sends an answer without saying it."""
    if answer.status in (204, 304):
        return 0
    if "content-length" not in answer.headers:
        raise NotHttp("no Content-Length")
    return int(answer.headers["content-length"])
