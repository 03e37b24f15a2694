"""What runs in the browser: the files that `make portal` built, under their names.

A file's name changes with its content, so that browsers may keep it for ever; pages ask
for it by the name that stays: `asset("app.js")`.
"""

from __future__ import annotations

import functools
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import NoSuchResource

DIST = Path(__file__).parents[1] / "portal/dist"
SERVICE_WORKER = "service-worker.js"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class PortalNotBuilt(Exception):
    """gateway/portal/dist is missing: run deploy/setup/portal.sh."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True)
class Asset:
    """One built file."""

    url: str
    integrity: str
    sha256: str
    kind: str
    content: bytes


def asset(name: str) -> Asset:
    """The file that is called `name` in `build.mjs`."""
    return assets()[name]


def served(file: str) -> Asset:
    """The file under its changing name."""
    found = _by_file().get(file)
    if found is None:
        raise NoSuchResource
    return found


@functools.cache
def assets() -> Mapping[str, Asset]:
    """Every built file."""
    try:
        manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PortalNotBuilt from None
    return {name: _read(facts) for name, facts in manifest.items()}


@functools.cache
def _by_file() -> Mapping[str, Asset]:
    return {each.url.rsplit("/", maxsplit=1)[-1]: each for each in assets().values()}


def _read(facts: Mapping[str, str]) -> Asset:
    file = facts["file"]
    kind = _KINDS.get(Path(file).suffix) or mimetypes.guess_type(file)[0] or ""
    return Asset(
        url=f"/{file}" if file == SERVICE_WORKER else f"/static/{file}",
        integrity=facts["integrity"],
        sha256=facts["sha256"],
        kind=kind,
        content=(DIST / file).read_bytes(),
    )
