"""Requests are counted by the rule of their address, never by what they name."""

from __future__ import annotations

from chassis.metrics import REGISTRY
from tests.support.gateway import ScriptedServices, a_client


def counted(**labels: str) -> float:
    found = REGISTRY.get_sample_value("primaries_http_requests_total", labels)
    return found or 0.0


def test_two_primaries_are_one_rule():
    client = a_client(ScriptedServices())
    rule = {"method": "GET", "rule": "/api/v1/primaries/<primary>", "status": "200"}
    before = counted(**rule)

    for primary in ("one-2020", "another-2020"):
        client.get(f"/api/v1/primaries/{primary}")

    assert counted(**rule) == before + 2


def test_addresses_and_methods_that_nobody_knows_share_one_line():
    client = a_client(ScriptedServices())
    line = {"method": "other", "rule": "other", "status": "404"}
    before = counted(**line)

    client.get("/api/v1/wp-admin")
    client.open("/api/v1/850312401235", method="INVENTED")

    assert counted(**line) == before + 2
