"""The files that pages refer to: built assets, the service worker, the manifest."""

from __future__ import annotations

import json

from werkzeug.wrappers import Request, Response

from gateway.pages.assets import SERVICE_WORKER, Asset, asset, served
from gateway.pages.languages import gettext as _
from gateway.pages.languages import language

_A_YEAR = 31_536_000  # seconds; the address changes with the content
_ICONS = {"icon-192.png": "any", "icon-512.png": "any", "icon-maskable.png": "maskable"}
_BRAND = "#0b5d6b"


def static(request: Request, name: str) -> Response:
    """A built file under its changing name: kept for ever."""
    response = _content(served(name))
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    return response.make_conditional(request)


def service_worker(request: Request, _name: str) -> Response:
    """The service worker, for all addresses, never older than the server's."""
    response = _content(asset(SERVICE_WORKER))
    response.cache_control.no_cache = True
    response.headers["Service-Worker-Allowed"] = "/"
    return response.make_conditional(request)


def icon(request: Request, _name: str) -> Response:
    """What browsers ask for unasked."""
    return static(request, asset("icon-192.png").url.rsplit("/", maxsplit=1)[-1])


def manifest(_request: Request, _name: str) -> Response:
    """What a telephone needs to install the portal."""
    facts = {
        "id": "/",
        "name": _("Primaries"),
        "short_name": _("Primaries"),
        "description": _("Candidates, programmes, voting and results of primaries."),
        "lang": language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": _BRAND,
        "background_color": "#ffffff",
        "icons": [_icon(name, purpose) for name, purpose in _ICONS.items()],
    }
    text = json.dumps(facts, ensure_ascii=False)
    return Response(text, content_type="application/manifest+json")


def _icon(name: str, purpose: str) -> dict[str, str]:
    size = "192" if "192" in name else "512"
    return {
        "src": asset(name).url,
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


def _content(file: Asset) -> Response:
    response = Response(file.content, content_type=file.kind)
    response.set_etag(file.sha256[:32])
    return response


FILES = {
    "/static/<name>": static,
    "/service-worker.js": service_worker,
    "/favicon.ico": icon,
    "/app.webmanifest": manifest,
}
