"""The API, one module per service."""

from __future__ import annotations

from gateway.route import Route
from gateway.routes import campaign, own, registration, tally, voting

ROUTES: tuple[Route, ...] = (
    *own.ROUTES,
    *registration.ROUTES,
    *campaign.ROUTES,
    *voting.ROUTES,
    *tally.ROUTES,
)
