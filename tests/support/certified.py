"""Something that listens with TLS, under a certificate that is trusted."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import eventlet

from tools.demo.certificate import self_signed

_SERVER: Any = {"server_side": True, "do_handshake_on_connect": False}


@contextmanager
def a_broker_certified_for(host: str, folder: Path) -> Iterator[tuple[int, list[str]]]:
    """Something that speaks TLS under a trusted certificate, and what it was told."""
    made = self_signed(folder, [host])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    listener = eventlet.listen(("127.0.0.1", 0))
    heard: list[str] = []

    def listen() -> None:
        while True:
            connection, _ = listener.accept()
            with suppress(OSError), context.wrap_socket(connection, **_SERVER) as wire:
                wire.do_handshake()
                heard.append(str(wire.recv(8)))

    server = eventlet.spawn(listen)
    yield listener.getsockname()[1], heard
    server.kill()
    listener.close()
