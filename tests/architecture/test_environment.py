"""The environment is the one the code was proven in."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version

import eventlet
import eventlet.patcher
import httpx
import pytest
from eventlet import wsgi

from tests.support.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = dict(
    requirement.split("==")
    for requirement in PROJECT["project"]["dependencies"]
    if "==" in requirement and "*" not in requirement
)


@pytest.mark.parametrize("name", sorted(PINS))
def test_what_is_installed_is_what_was_proven_together(name: str):
    assert version(name) == PINS[name]


@pytest.mark.parametrize("module", ["os", "select", "socket", "thread", "time"])
def test_the_process_is_cooperative(module: str):
    assert eventlet.patcher.is_monkey_patched(module)


def test_a_client_and_a_server_share_one_process():
    listener = eventlet.listen(("127.0.0.1", 0))
    server = eventlet.spawn(wsgi.server, listener, _greet, log_output=False)

    answer = httpx.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")

    server.kill()
    assert answer.text == "hello"


@pytest.mark.parametrize(
    ("lock", "groups"), [("runtime", []), ("develop", ["test", "dev"])]
)
def test_the_lock_holds_all_that_the_project_asks_for(lock: str, groups: list[str]):
    asked = list(PROJECT["project"]["dependencies"])
    asked += [one for group in groups for one in PROJECT["dependency-groups"][group]]

    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9.-]+)==", text, re.MULTILINE))

    assert {re.split(r"[\[=<>]", one)[0] for one in asked} <= locked


def _greet(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
