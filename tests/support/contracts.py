"""Everything that the services have agreed on, found in the contracts themselves."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import contracts
from chassis.events import Event
from chassis.operations import Operation
from contracts.services import SERVICES


def operations_of(service: str) -> list[type[Operation]]:
    """What the service's contract says it can be asked."""
    module = importlib.import_module(f"contracts.{service}.operations")
    found = {thing for thing in vars(module).values() if _is_operation(thing, service)}
    return sorted(found, key=lambda operation: operation.name)


def all_events() -> list[type[Event]]:
    """Every event of every service."""
    for service in SERVICES:
        importlib.import_module(f"contracts.{service}.events")
    own = [e for e in Event.by_type.values() if e.__module__.startswith("contracts.")]
    return sorted(own, key=lambda event: event.type)


def import_all() -> None:
    """Load every module of the contracts, so that all classes are known."""
    for module in pkgutil.walk_packages(contracts.__path__, "contracts."):
        importlib.import_module(module.name)


def class_of(service: str) -> type[Any]:
    """The service's class."""
    module = importlib.import_module(f"services.{service}.service")
    return getattr(module, f"{service.title()}Service")


def _is_operation(thing: Any, service: str) -> bool:
    is_one = isinstance(thing, type) and issubclass(thing, Operation)
    return is_one and getattr(thing, "service", "") == service
