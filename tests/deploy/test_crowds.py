"""What nginx does with a crowd: one question for all, and a bound on the rest."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest

from contracts.registration.operations import ReadSession
from gateway.sessions import COOKIE
from tests.deploy.site import NGINX, Site, render, serving
from tests.support.gateway import ScriptedServices, a_holder, an_application

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        NGINX is None, reason="nginx is not installed (make setup-servers)"
    ),
]
PRIMARIES = "/api/v1/primaries"
SIGNED_IN = {"Cookie": f"{COOKIE}=a-session"}
READERS = 20  # of those who read, as many as may be under way at one gateway


@dataclass
class Gateway:
    """The application in front of scripted services, and what reached it."""

    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        services = ScriptedServices()
        services.answer(ReadSession, a_holder())
        self._application = an_application(services)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append(environ["PATH_INFO"])
        return self._application(environ, start_response)


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@contextmanager
def listening(gateway: Gateway) -> Iterator[str]:
    """The gateway at an address, in a thread."""
    server = make_server("127.0.0.1", 0, gateway, handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def somebody_who_waits(site: Site, path: str) -> Iterator[None]:
    """A request on a connection that stays open without an answer."""
    trusting = ssl.create_default_context(cafile=site.certificate)
    with (
        socket.create_connection(("127.0.0.1", site.https)) as plain,
        trusting.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        yield


@contextmanager
def somebody_at(site: Site) -> Iterator[httpx.Client]:
    trusting = ssl.create_default_context(cafile=site.certificate)
    with httpx.Client(base_url=site.url, verify=trusting, timeout=10) as client:
        yield client


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def public(tmp_path: Path, gateway: Gateway) -> Iterator[httpx.Client]:
    with listening(gateway) as address:
        site = render(tmp_path, address)
        with serving(site), somebody_at(site) as client:
            yield client


def test_what_anybody_may_be_shown_is_one_question(gateway, public):
    first, *others = (public.get(PRIMARIES) for _ in range(4))
    unchanged = public.get(PRIMARIES, headers={"If-None-Match": first.headers["etag"]})

    assert gateway.asked == [PRIMARIES]
    assert {each.content for each in others} == {first.content}
    assert unchanged.status_code == 304
    assert len({each.headers["x-request-id"] for each in (first, *others)}) == 4


def test_a_page_is_shared_by_those_who_are_nobody_and_by_nobody_else(gateway, public):
    mine = public.get("/", headers=SIGNED_IN)
    theirs = public.get("/")
    shared = public.get("/")
    mine_again = public.get("/", headers=SIGNED_IN)

    assert gateway.asked == ["/"] * 3
    assert shared.content == theirs.content
    assert theirs.content not in (mine.content, mine_again.content)
    assert mine.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/sign-in", {}),
        ("/?lang=ru", {}),
        (PRIMARIES, {"Authorization": "Bearer a-session"}),
        (f"{PRIMARIES}/tiny-2020/me", {"Authorization": "Bearer a-session"}),
        (f"{PRIMARIES}/nobody-knows/this", {}),
    ],
)
def test_what_is_for_one_is_asked_for_each(gateway, public, path, headers):
    for _ in range(2):
        public.get(path, headers=headers)

    assert len(gateway.asked) == 2


def test_who_would_only_queue_is_told_to_come_again(tmp_path: Path):
    with ExitStack() as stack:
        stuck = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        site = render(tmp_path, f"127.0.0.1:{stuck.getsockname()[1]}")
        stack.enter_context(serving(site))
        for number in range(READERS):
            path = f"{PRIMARIES}?limit={number}"
            stack.enter_context(somebody_who_waits(site, path))
        client = stack.enter_context(somebody_at(site))

        data, page = client.get(PRIMARIES), client.get("/")
        with pytest.raises(httpx.ReadTimeout):  # who votes is let in
            client.post(f"{PRIMARIES}/tiny-2020/ballots", json={}, timeout=0.3)

    assert (data.status_code, data.json()["code"]) == (503, "overloaded")
    assert page.status_code == 503
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert {*data.headers, *page.headers} >= {"retry-after", "x-request-id"}
    assert data.headers["retry-after"] in {"1", "2", "3", "4"}
    assert "Сейчас слишком много запросов" in page.text
