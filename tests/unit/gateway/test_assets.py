"""What runs in the browser is what was written here, and is heavy for nobody."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from werkzeug.test import Client

from gateway.pages.assets import DIST, assets
from tests.support.gateway import ScriptedServices, a_client
from tests.support.sources import ROOT

PORTAL = ROOT / "gateway/portal"
LOCKED = json.loads((PORTAL / "assets.lock.json").read_text(encoding="utf-8"))


@pytest.fixture
def client() -> Client:
    return a_client(ScriptedServices())


def test_the_bundles_are_those_whose_hashes_are_written_down():
    """Where this fails after a change of the portal: make portal, and commit."""
    assert {name: each.sha256 for name, each in assets().items()} == LOCKED


def test_building_again_gives_the_same_bytes(tmp_path: Path):
    again = tmp_path / "dist"

    subprocess.run(
        [ROOT / ".venv/bin/node", PORTAL / "build.mjs"],
        env={"PORTAL_DIST": str(again), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )

    built = {path.name for path in DIST.iterdir()} - {".built"}
    assert {path.name for path in again.iterdir()} == built
    for name in built:
        assert (again / name).read_bytes() == (DIST / name).read_bytes(), name


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_a_bundle_is_served_under_its_address(client, name):
    bundle = assets()[name]

    answer = client.get(bundle.url)

    assert answer.status_code == 200
    assert answer.data == bundle.content
    again = client.get(bundle.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_bundle_is_kept_for_ever_and_the_service_worker_never(client):
    style = client.get(assets()["app.css"].url)
    worker = client.get("/service-worker.js")

    assert style.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Service-Worker-Allowed"] == "/"


def test_a_page_names_its_scripts_with_their_hashes(client):
    text = client.get("/").text

    for name in ("app.css", "app.js"):
        assert f'"{assets()[name].url}" integrity="{assets()[name].integrity}"' in text


def test_no_font_and_no_address_of_others_is_in_the_style():
    style = assets()["app.css"].content.decode()

    assert "@font-face" not in style
    assert "GDS" not in style
    assert not re.search(r"url\((?!\"?data:)", style)


def test_the_service_worker_keeps_nothing_of_anybody():
    script = assets()["service-worker.js"].content.decode()
    kept = re.search(r'\["(/static/[^]]*)\]', script)

    assert kept
    paths = [path.strip('"') for path in kept[0].strip("[]").split(",")]
    assert all(path.startswith("/static/") for path in paths)
    assert "/api" not in script
    assert "/vote" not in script


@pytest.mark.parametrize(("language", "name"), [("en", "Primaries")])
def test_a_telephone_can_install_the_portal(client, language, name):
    manifest = client.get(f"/app.webmanifest?lang={language}").json

    assert manifest["lang"] == language
    assert manifest["name"] == name
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).data.startswith(b"\x89PNG")
