"""The network's door to a demonstration: takes TLS off, and passes the bytes on.

The platform itself listens on this machine only, as behind any other front.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread
from typing import Any

from tools.demo.certificate import Certificate

_USUAL = 8443
_PIECE = 64 * 1024  # bytes


def network_listener() -> socket.socket:
    """A socket for the whole network: the usual port, or any where it is taken."""
    try:
        return socket.create_server(("", _USUAL))
    except OSError:
        return socket.create_server(("", 0))


@contextmanager
def tls_front(
    listener: socket.socket, behind: str, certificate: Certificate
) -> Iterator[None]:
    """Take connections with TLS, for what answers at `behind` without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    stopping, runner = asyncio.Event(), asyncio.Runner()
    loop = runner.get_loop()
    serving = _serve(listener, behind, context, stopping)
    thread = Thread(target=_run, args=(runner, serving))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()


def _run(runner: asyncio.Runner, serving: Coroutine[Any, Any, None]) -> None:
    with runner:
        runner.run(serving)


async def _serve(
    listener: socket.socket, behind: str, context: ssl.SSLContext, stop: asyncio.Event
) -> None:
    host, _, port = behind.rpartition(":")
    connect = partial(asyncio.open_connection, host, int(port))
    server = await asyncio.start_server(
        partial(_pass_on, connect), sock=listener, ssl=context
    )
    await stop.wait()
    server.close()


async def _pass_on(
    connect: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One connection, until either side ends it."""
    try:
        answers, asked = await connect()
    except OSError:
        writer.close()
        return
    await asyncio.gather(_pipe(reader, asked), _pipe(answers, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError):  # either side has gone
            while piece := await reader.read(_PIECE):
                writer.write(piece)
                await writer.drain()
    finally:
        writer.close()
