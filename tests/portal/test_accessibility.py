"""Every public page, looked at in a browser on the smallest telephone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import eventlet
import pytest
from eventlet import wsgi

from tests.support.gateway import ScriptedServices, an_application
from tests.support.sources import ROOT
from tests.unit.gateway.test_pages import PAGES

pytestmark = pytest.mark.slow


@pytest.fixture
def address() -> Iterator[str]:
    """The gateway's pages over HTTP, in front of scripted services."""
    listener = eventlet.listen(("127.0.0.1", 0))
    application = an_application(ScriptedServices())
    server = eventlet.spawn(wsgi.server, listener, application, log_output=False)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.kill()


@pytest.mark.parametrize(
    ("language", "scheme"), [("kk", "light"), ("ru", "dark"), ("en", "light")]
)
def test_no_page_breaks_a_rule_of_accessibility_nor_is_too_wide(
    address, language, scheme
):
    asked = [f"{path}{'&' if '?' in path else '?'}lang={language}" for path in PAGES]

    looked = subprocess.run(
        [sys.executable, "-m", "tests.support.audit", scheme, address, *asked],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (looked.returncode, looked.stderr) == (0, "")
    assert json.loads(looked.stdout) == []
