"""The API document, made from the routes, the operations and their forms.

`python -m gateway.openapi > contracts/openapi.yaml` writes the committed copy; a
test compares the two.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from chassis.errors import DomainError, InvalidPayload, NotSignedIn, RoleMissing
from chassis.operations import PUBLIC, Nothing, Operation
from contracts.fields import Instant, Localised
from gateway import operations as own
from gateway.bodies import STAMPED, types_of
from gateway.errors import InternalError, Overloaded, status_of, title_of
from gateway.route import Route
from gateway.routes import ROUTES

_PATH_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_JSON = "application/json"
#: answers that are no JSON
_OTHER_KINDS: Mapping[type[Operation], str] = {
    own.StreamEvents: "text/event-stream",
    own.StreamTurnout: "text/event-stream",
    own.DownloadArchive: "application/octet-stream",
    own.DownloadEvents: "application/yaml",
}
_PROBLEM = {
    "type": "object",
    "description": "An error as RFC 9457 describes it; Accept-Language is heeded.",
    "required": ["type", "title", "status", "detail", "instance", "code", "trace_id"],
    "properties": {
        "type": {"type": "string", "description": "A page about this kind of error."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "trace_id": {"type": "string"},
        "params": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    plugin = MarshmallowPlugin(component_name)  # pyright: ignore[reportArgumentType] (None is meant)
    spec = APISpec(
        title="Primaries",
        version="1",
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": "Party primaries, from nomination to party lists."},
        servers=[{"url": "/api/v1"}],
    )
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(own_fields)
    spec.components.schema("Problem", _PROBLEM)
    spec.components.security_scheme("session", {"type": "http", "scheme": "bearer"})
    for route in ROUTES:
        path = _PATH_ARGUMENT.sub(r"{\1}", route.path)
        spec.path(path, operations={route.method.lower(): _operation(route)})
    described = spec.to_dict()
    for path in described["paths"].values():
        for operation in path.values():
            _leave_out_null(operation["parameters"])
    return json.loads(json.dumps(described))  # plain texts where enums were


def _leave_out_null(parameters: list[dict[str, Any]]) -> None:
    """An address cannot carry null: what is not asked for is left out."""
    for schema in (parameter["schema"] for parameter in parameters):
        if isinstance(schema.get("type"), list):
            (schema["type"],) = set(schema["type"]) - {"null"}
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if value is not None]
        if schema.get("default", ...) is None:
            del schema["default"]


def _operation(route: Route) -> dict[str, Any]:
    operation = route.operation
    lines = (operation.__doc__ or "").strip().split("\n", maxsplit=1)
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.service],
        "summary": lines[0],
        "parameters": list(_parameters(route)),
        "responses": _responses(route),
    }
    if len(lines) > 1:
        described["description"] = " ".join(lines[1].split())
    if operation.roles != PUBLIC:
        described["security"] = [{"session": []}]
        described["x-roles"] = sorted(operation.roles)
    if body := _body(route):
        described["requestBody"] = body
    return described


def _parameters(route: Route) -> Iterator[dict[str, Any]]:
    in_path = path_arguments(route)
    form = types_of(route.operation.Request)
    if in_path:
        yield {"in": "path", "schema": _part(route, set(in_path))}
    rest = form.keys() - set(in_path) - STAMPED
    if route.method not in _WITH_BODY and rest:
        yield {"in": "query", "schema": _part(route, rest)}


def _body(route: Route) -> dict[str, Any] | None:
    form = types_of(route.operation.Request)
    names = form.keys() - set(path_arguments(route)) - STAMPED
    if route.method not in _WITH_BODY or not names:
        return None
    required = any(form[name].required for name in names)
    return {
        "required": required,
        "content": {_JSON: {"schema": _part(route, names)}},
    }


def _part(route: Route, names: set[str]) -> Schema:
    """The fields of a form that travel in one place."""
    form = route.operation.Request
    keys = {
        name
        for name, field in form().fields.items()
        if (field.data_key or name) in names
    }
    return form(only=sorted(keys))


def _responses(route: Route) -> dict[str, Any]:
    operation = route.operation
    kind = _OTHER_KINDS.get(operation, _JSON)
    schema: Any = operation.Response if kind == _JSON else {"type": "string"}
    if operation in {own.ShowApi, own.ShowEvents, own.DownloadEvents}:
        schema = {"type": "object"}
    good = {
        "description": _first_line(operation.Response)
        if operation.Response is not Nothing
        else "Done.",
        "content": {kind: {"schema": schema}},
    }
    return {str(route.status): good, **_refusals(errors_of(operation))}


def errors_of(operation: type[Operation]) -> tuple[type[DomainError], ...]:
    """Everything a caller of an operation should be ready for."""
    common: tuple[type[DomainError], ...] = (InvalidPayload, Overloaded, InternalError)
    if operation.roles != PUBLIC:
        common = (NotSignedIn, RoleMissing, *common)
    return tuple(dict.fromkeys((*operation.errors, *common)))


def _refusals(errors: tuple[type[DomainError], ...]) -> dict[str, Any]:
    by_status: dict[int, list[type[DomainError]]] = {}
    for error in errors:
        by_status.setdefault(status_of(error), []).append(error)
    return {
        str(status): {
            "description": "; ".join(title_of(kind) for kind in kinds) + ".",
            "content": {
                "application/problem+json": {"schema": "Problem"},
            },
            "x-codes": [kind.code for kind in kinds],
        }
        for status, kinds in sorted(by_status.items())
    }


def path_arguments(route: Route) -> list[str]:
    """The names that stand in a route's path."""
    return _PATH_ARGUMENT.findall(route.path)


def _first_line(schema: type[Schema]) -> str:
    return (schema.__doc__ or "").strip().split("\n", maxsplit=1)[0]


def component_name(schema: Any) -> str | None:
    """A component's name: unique, since services may use the same words."""
    if not isinstance(schema, type):
        kind = type(schema)
        if schema.only is not None or schema.exclude:
            return None  # a part of a form is written where it stands
    else:
        kind = schema
    service = kind.__module__.split(".")[1]
    return f"{service.title()}{kind.__name__}"


def own_fields(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """How our own kinds of fields look as JSON."""
    match field:
        case Instant():
            kind: dict[str, Any] = {"type": "string", "format": "date-time"}
        case Localised():
            kind = {"type": "object", "additionalProperties": {"type": "string"}}
        case _:
            return {}
    return kind | ({"type": [kind["type"], "null"]} if field.allow_none else {})


def main() -> None:
    """Write the document as YAML."""
    yaml.safe_dump(document(), sys.stdout, sort_keys=False, allow_unicode=True)


if __name__ == "__main__":
    main()
