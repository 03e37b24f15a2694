"""Whatever can be asked is served, and reached from outside or deliberately not."""

from __future__ import annotations

import pytest

from chassis.errors import DomainError
from chassis.events import handlers_in
from chassis.operations import Operation
from chassis.shared_operations import SHARED
from contracts.services import SERVICES
from gateway.openapi import errors_of, path_arguments
from gateway.route import Route
from gateway.routes import ROUTES, own
from tests.support.contracts import all_events, class_of, import_all, operations_of

#: asked by the gateway or by another service, never by a client
INSIDE = {
    "read_session",  # the gateway exchanges sessions
    "close_session",  # the gateway signs out on one device
    "keep_session",  # the gateway's page of whoever stays signed in
    "read_telephone_inbox",  # the gateway merges the two inboxes
    "find_telephone",  # the gateway's page of a demonstration's telephones
    "read_archive",  # the gateway joins the chunks
    "read_records",  # tally reads its gaps again
    "list_roll",  # voting takes over the roll
}


def each_operation() -> list[type[Operation]]:
    return [one for service in SERVICES for one in operations_of(service)]


def by_name(operation: type[Operation]) -> str:
    return f"{operation.service}.{operation.name}"


def by_address(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_serves_what_its_contract_says_and_nothing_else(service: str):
    methods = (getattr(class_of(service), name) for name in dir(class_of(service)))
    served = {method.operation for method in methods if hasattr(method, "operation")}

    assert served - set(SHARED) == set(operations_of(service))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_serves_what_all_services_do(service: str):
    methods = {operation.name for operation in SHARED}

    assert all(hasattr(class_of(service), name) for name in methods)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_handles_what_it_is_named_a_consumer_of(service: str):
    consumed = {event.type for event in all_events() if service in event.consumers}

    assert set(handlers_in(class_of(service).handlers)) == consumed


@pytest.mark.parametrize("operation", each_operation(), ids=by_name)
def test_an_operation_has_an_address_or_stays_inside(operation: type[Operation]):
    routed = operation in {route.operation for route in ROUTES}

    assert routed != (operation.name in INSIDE)


def test_an_address_means_one_thing():
    addresses = [(route.method, route.path) for route in ROUTES]

    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize("route", ROUTES, ids=by_address)
def test_what_stands_in_a_path_is_a_field_of_the_request(route: Route):
    names = set(route.operation.Request().fields)

    assert set(path_arguments(route)) <= names


@pytest.mark.parametrize("route", ROUTES, ids=by_address)
def test_only_what_anybody_may_read_is_kept_for_all(route: Route):
    if route.cache:
        assert (route.method, route.operation.roles) == ("GET", frozenset())


@pytest.mark.parametrize("route", ROUTES, ids=by_address)
def test_who_only_reads_changes_nothing(route: Route):
    reads = ("list_", "read_", "show_", "find_", "stream_", "download_", "open_inbox")

    if route.method == "GET":
        assert route.operation.name.startswith(reads)


@pytest.mark.parametrize("operation", each_operation(), ids=by_name)
def test_an_operation_says_what_it_does_and_what_its_answers_mean(
    operation: type[Operation],
):
    documented = [operation, operation.Request, operation.Response]

    assert all((one.__doc__ or "").strip() for one in documented)
    assert all((error.__doc__ or "").strip() for error in errors_of(operation))


def test_a_code_of_an_error_means_one_thing():
    import_all()
    kinds: dict[str, set[str]] = {}
    for error in _below(DomainError):
        kinds.setdefault(error.code, set()).add(error.__mro__[1].__name__)

    assert {code: bases for code, bases in kinds.items() if len(bases) > 1} == {}


def test_the_gateway_answers_its_own_operations():
    assert all(route.operation.service == "gateway" for route in own.ROUTES)


def _below(kind: type[DomainError]) -> list[type[DomainError]]:
    return [
        each
        for child in kind.__subclasses__()
        for each in (child, *_below(child))
        if each.__module__.startswith(("chassis.", "contracts.", "gateway."))
    ]
