"""The API document is complete, valid, and the one that is committed."""

from __future__ import annotations

import json

import pytest
import yaml
from openapi_spec_validator import validate

from gateway.bodies import STAMPED
from gateway.openapi import document
from gateway.route import Route
from gateway.routes import ROUTES
from tests.support.gateway import ScriptedServices, a_client
from tests.support.sources import ROOT

COMMITTED = ROOT / "contracts" / "openapi.yaml"


def by_address(route: Route) -> str:
    return f"{route.method} {route.path}"


def described(route: Route) -> dict:
    path = route.path.replace("<int:", "<").replace("<path:", "<")
    path = path.replace("<", "{").replace(">", "}")
    return document()["paths"][path][route.method.lower()]


def test_the_committed_document_is_the_present_one():
    committed = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))

    assert committed == document(), (
        "run: python -m gateway.openapi > contracts/openapi.yaml"
    )


def test_the_document_is_valid_openapi():
    validate(document())


def test_the_document_is_served():
    served = a_client(ScriptedServices()).get("/api/v1/openapi.json")

    assert served.json == json.loads(json.dumps(document()))


@pytest.mark.parametrize("route", ROUTES, ids=by_address)
def test_every_route_tells_who_may_ask(route: Route):
    operation = described(route)

    assert operation.get("x-roles", []) == sorted(route.operation.roles)
    assert ("security" in operation) == bool(route.operation.roles)


@pytest.mark.parametrize("route", ROUTES, ids=by_address)
def test_every_route_tells_what_can_go_wrong(route: Route):
    answers = described(route)["responses"]
    codes = {code for answer in answers.values() for code in answer.get("x-codes", [])}

    assert {error.code for error in route.operation.errors} <= codes
    assert str(route.status) in answers


@pytest.mark.parametrize("route", ROUTES, ids=by_address)
def test_every_field_of_a_request_has_one_place(route: Route):
    operation = described(route)
    placed = [parameter["name"] for parameter in operation["parameters"]]
    body = operation.get("requestBody", {}).get("content", {})
    for content in body.values():
        placed += list(content["schema"]["properties"])

    fields = route.operation.Request().fields
    expected = {field.data_key or name for name, field in fields.items()} - STAMPED
    assert sorted(placed) == sorted(expected)


def test_names_of_operations_and_forms_are_unique():
    paths = document()["paths"].values()
    names = [one["operationId"] for path in paths for one in path.values()]

    assert len(set(names)) == len(names)
