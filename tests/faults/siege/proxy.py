"""A wire that can be cut: what goes to the broker passes here, byte by byte.

Cut, a connection is in the middle of whatever it was saying: half of what comes next
still arrives, and then nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tools.private_servers.programs import LOOPBACK

_CHUNK = 65536
_LAST_WORDS = 0.3  # seconds until also the silent ones are cut


class Wire:
    """Takes connections on a port of its own and passes them on to another."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._links: set[_Link] = set()
        self._listening = threading.Event()
        self.port = 0

    @contextmanager
    def open(self) -> Iterator[Wire]:
        """Pass on for the block."""
        thread = threading.Thread(target=self._run, name="wire", daemon=True)
        thread.start()
        self._listening.wait()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()

    def cut(self) -> int:
        """Cut every connection mid-message; returns how many there were."""
        return asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()

    async def _cut(self) -> int:
        links = list(self._links)
        for link in links:
            link.is_cut = True
        await asyncio.sleep(_LAST_WORDS)
        for link in links:
            link.abort()
        return len(links)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._accept, LOOPBACK, 0)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            far = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.transport.abort()
            return
        link = _Link((reader, writer), far)
        self._links.add(link)
        try:
            await link.carry()
        finally:
            self._links.discard(link)


_End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Link:
    def __init__(self, near: _End, far: _End) -> None:
        self._near, self._far = near, far
        self.is_cut = False

    async def carry(self) -> None:
        """Both ways, until one end leaves."""
        ways = [
            asyncio.ensure_future(self._pass_on(self._near[0], self._far[1])),
            asyncio.ensure_future(self._pass_on(self._far[0], self._near[1])),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                if self.is_cut:
                    writer.write(piece[: len(piece) // 2])
                    return
                writer.write(piece)
                await writer.drain()

    def abort(self) -> None:
        """Without a farewell."""
        for _, writer in (self._near, self._far):
            writer.transport.abort()

    def _close(self) -> None:
        for _, writer in (self._near, self._far):
            writer.close()
