"""The site in front: its limits are the gateway's, and it holds back slow clients."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gateway.admission import CASTING as CASTING_ADDRESS
from gateway.api import PREFIX
from gateway.operations import DownloadArchive, StreamEvents, StreamTurnout
from gateway.pages.site import PAGES
from gateway.route import Route
from gateway.routes import ROUTES
from tests.deploy.site import NGINX, TEMPLATE, render

TEXT = TEMPLATE.read_text(encoding="utf-8")
UNITS = {"k": 2**10, "m": 2**20}
ENDLESS = ("/events/stream", "/primaries/x/turnout/stream")
LONG = (StreamEvents, StreamTurnout, DownloadArchive)
CASTING = re.compile(r"ballots|confirmation-codes|sign-in-codes|sessions|/me/")

Location = tuple[str, str, str]


def locations() -> list[Location]:
    """Each location's kind (`=`, `~` or nothing), its pattern and its text."""
    found = re.findall(
        r"^    location (=|~)? ?(/\S*|\^\S+) \{\n(.*?)^    \}$",
        TEXT[TEXT.index("ssl http2") :],
        flags=re.MULTILINE | re.DOTALL,
    )
    return [(kind, pattern, text) for kind, pattern, text in found]


def location_of(path: str) -> Location:
    """The location that nginx chooses: an exact one, the first that fits, or `/`."""
    exact = [each for each in locations() if each[0] == "=" and each[1] == path]
    fitting = [each for each in locations() if each[0] == "~"]
    matching = [each for each in fitting if re.search(each[1], path)]
    rest = [each for each in locations() if each[:2] == ("", "/")]
    return [*exact, *matching, *rest][0]


def path_of(route: Route) -> str:
    return PREFIX + re.sub(r"<[^>]+>", "x", route.path)


def limit_of(path: str) -> int:
    found = re.search(r"client_max_body_size (\d+)([km]);", location_of(path)[2])
    assert found or location_of(path)[1] == "/"
    return int(found[1]) * UNITS[found[2]] if found else 64 * 2**10


def group_of(path: str) -> str:
    """The group of gateways that nginx asks."""
    block = re.search(r"map \$uri \$gateway \{\n(.*?)\n\}", TEXT, re.DOTALL)
    assert block
    known = re.findall(r'"~(\S+)" (gateway_\w+);', block[1])
    found = [group for pattern, group in known if re.search(pattern, path)]
    return [*found, "gateway_reading"][0]


@pytest.mark.parametrize("path", sorted({path_of(route) for route in ROUTES}))
def test_a_body_may_be_as_long_as_the_gateway_says(path: str):
    if path.removeprefix(PREFIX) in ENDLESS:
        return
    assert limit_of(path) == max(r.max_body for r in ROUTES if path_of(r) == path)


def test_what_has_no_end_is_not_held_back():
    for path in ENDLESS:
        assert "proxy_buffering off;" in location_of(PREFIX + path)[2]


def test_an_address_is_never_a_reason_to_refuse_a_ballot():
    spared = re.search(r"map \$uri \$by_address \{\s+\"~(\S+)\" \"\";", TEXT)
    assert spared

    for route in ROUTES:
        is_spared = re.search(spared[1], path_of(route)) is not None
        takes_part_in_casting = CASTING.search(route.path) and not re.search(
            "administrator|boards|nominations", route.path
        )
        assert is_spared or not takes_part_in_casting, route.path


def test_nginx_and_the_gateway_agree_on_what_casting_takes():
    pages = {re.sub("<[^>]+>", "x", page.address) for page in PAGES}
    addresses = {*map(path_of, ROUTES), *pages}

    for each in addresses:
        is_casting = group_of(each) == "gateway_casting"
        assert is_casting == (CASTING_ADDRESS.fullmatch(each) is not None), each


def test_what_a_reader_holds_open_takes_no_place_of_who_only_looks():
    for route in ROUTES:
        is_long = group_of(path_of(route)) == "gateway_streams"
        assert is_long == (route.operation in LONG), route.path


def test_a_crowd_that_reads_leaves_room_in_nginx_for_those_who_vote():
    places = r"^upstream gateway_(\w+) \{$.*?max_conns=(\d+);"
    found = re.findall(places, TEXT, re.MULTILINE | re.DOTALL)
    room = {name: int(most) for name, most in found}

    assert room["casting"] > room["reading"] > 0


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (make setup-servers)")
def test_nginx_accepts_the_configuration(tmp_path: Path):
    site = render(tmp_path, "127.0.0.1:9")

    checked = subprocess.run(
        [*site.command, "-t"], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
