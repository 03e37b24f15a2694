"""What the gateway puts together itself."""

from __future__ import annotations

from gateway import operations as gateway
from gateway.route import PRIMARY, Route

ROUTES: tuple[Route, ...] = (
    Route("GET", "/openapi.json", gateway.ShowApi),
    Route("GET", "/asyncapi.json", gateway.ShowEvents),
    Route("GET", "/asyncapi.yaml", gateway.DownloadEvents),
    Route("GET", "/events", gateway.ListEvents),
    Route("GET", "/events/stream", gateway.StreamEvents),
    Route("GET", f"{PRIMARY}/turnout/stream", gateway.StreamTurnout),
    Route("GET", f"{PRIMARY}/boards/<board>/archive.bel", gateway.DownloadArchive),
    Route("GET", "/demo/backlog", gateway.ShowBacklog),
    Route("POST", "/demo/telephone-inbox", gateway.OpenInbox),
)
