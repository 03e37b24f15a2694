"""The four services: whoever speaks in these contracts."""

from __future__ import annotations

from importlib import import_module

SERVICES = ("registration", "campaign", "voting", "tally")


def load_events() -> None:
    """Make every event known, by its type and to its listeners."""
    for service in SERVICES:
        import_module(f"contracts.{service}.events")
