"""The gateway's container: its web server, and the application mounted in it."""

from __future__ import annotations

import errno
import socket
from functools import partial
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from eventlet.event import Event as Signal
from eventlet.greenio import shutdown_safe
from nameko.extensions import Entrypoint
from nameko.web.server import HttpOnlyProtocol, WebServer, parse_address

from chassis.rpc import RpcClient
from chassis.telemetry import place_of
from gateway.app import Application

log = structlog.get_logger()

_HEADERS = 10  # seconds for all headers
_DRAIN = 10  # seconds for what is under way when we stop
_LONGEST_LINE = 8192  # bytes of a request line
_QUEUE = 512  # connections that wait to be accepted
_MOST_CONNECTIONS = 2000


class AddressTaken(Exception):
    """Another program listens on the gateway's address."""


class Protocol(HttpOnlyProtocol):
    """One connection; it can be told to end after the answer."""

    def parse_request(self) -> bool:
        """Read the headers, but not for ever: a drip feed is a timeout, too."""
        with eventlet.Timeout(_HEADERS, TimeoutError("headers")):
            return super().parse_request()

    def get_environ(self) -> dict[str, Any]:
        """The request's environment, with a way to close its connection."""
        return super().get_environ() | {"primaries.close": self._close_afterwards}

    def _close_afterwards(self) -> None:
        self.close_connection = 1


class GatewayServer(WebServer):
    """A web server that is alone on its address and lets requests finish."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = Signal()
        self._connections: list[list[Any]] = []

    def start(self) -> None:
        """Listen; called once the container starts."""
        if self._starting:
            return
        self._starting = True
        settings = self.container.config["settings"]
        self._patience = settings.http_patience
        self._sock = _listen(settings.http_address)
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)

    def get_wsgi_app(self) -> Application:
        """The one application."""
        return next(iter(self._providers)).make_app(self.stopping)

    def get_wsgi_server(self, sock: Any, app: Any, *_: Any, **__: Any) -> wsgi.Server:
        """Eventlet's server, with limits on how long it waits."""
        return wsgi.Server(
            sock,
            sock.getsockname(),
            app,
            protocol=Protocol,
            debug=False,
            log_output=False,
            keepalive=self._patience,
            socket_timeout=self._patience,
            url_length_limit=_LONGEST_LINE,
        )

    def run(self) -> None:
        """Accept connections for as long as we listen."""
        while self._is_accepting:
            connection, address = self._accept()
            if len(self._connections) >= _MOST_CONNECTIONS:
                connection.close()
                continue
            connection.settimeout(self._patience)
            self.container.spawn_managed_thread(
                partial(self.process_request, connection, address)
            )

    def process_request(self, sock: Any, address: Any) -> None:
        """Serve a connection; nothing that happens on it may end the container."""
        state = [address, sock, wsgi.STATE_IDLE]
        self._connections.append(state)
        try:
            self._serv.process_request(state)
        except Exception as error:
            log.info("connection_broken", error=place_of(error))
        finally:
            self._connections.remove(state)
            sock.close()

    def drain(self) -> None:
        """Accept nothing more, and wait until what is under way has ended."""
        self._is_accepting = False
        if self._gt is not None:
            self._gt.kill()
            self._sock.close()
        self.stopping.send()
        with eventlet.Timeout(_DRAIN, False):  # noqa: FBT003
            while self._connections:
                self._close_idle()
                eventlet.sleep(0.05)

    def stop(self) -> None:
        """Nothing is left to do after `drain`."""

    def _accept(self) -> tuple[Any, Any]:
        while True:
            try:
                return self._sock.accept()
            except OSError as error:
                # no file descriptors left, or a client that is gone already
                log.warning("not_accepted", error=errno.errorcode.get(error.errno or 0))
                eventlet.sleep(0.1)

    def _close_idle(self) -> None:
        for state in list(self._connections):
            if state[2] == wsgi.STATE_IDLE:
                shutdown_safe(state[1])
            state[2] = wsgi.STATE_CLOSE


class Mount(Entrypoint):
    """Puts the application under the server."""

    server = GatewayServer()
    client = RpcClient()

    def setup(self) -> None:
        """Called before the container starts."""
        self.server.register_provider(self)

    def make_app(self, stopping: Signal) -> Application:
        """The application, as the server starts."""
        settings = self.container.config["settings"]
        return Application(
            self.client.call,
            settings.clock,
            is_demo=settings.is_demo,
            contact=settings.contact,
            stopping=stopping,
        )

    def stop(self) -> None:
        """Called first: the container would end unfinished requests."""
        self.server.drain()
        self.server.unregister_provider(self)


mount = Mount.decorator


class GatewayService:
    """HTTP in front of the four services."""

    name = "gateway"

    @mount
    def http(self) -> None:
        """Never called: it is where the application hangs."""


def _listen(address: str) -> socket.socket:
    """A listening socket that is ours alone (a shared port hides a second server)."""
    host, port = parse_address(address)
    try:
        listener = eventlet.listen((host, port), backlog=_QUEUE, reuse_port=False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressTaken(address) from None
        raise
    listener.settimeout(None)
    return listener
