"""What every service can be asked besides its own operations.

They belong to no service; `asked_of` makes the one that a call is sent with.
"""

from __future__ import annotations

import functools

from marshmallow import fields, validate

from chassis.operations import Operation
from chassis.wire import Schema


class PublicLogRequest(Schema):
    """Which part of the public log to read."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    #: a region's or a territory's code
    place = fields.String(load_default=None, allow_none=True)
    primary = fields.String(load_default=None, allow_none=True)


class PublicEvent(Schema):
    """One event of a service's public log."""

    position = fields.Integer(required=True)
    id = fields.String(required=True)
    type = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True, data_key="time")
    region = fields.String(required=True)
    territory = fields.String(required=True)
    sequence = fields.Integer(required=True)
    data = fields.Dict(required=True)


class PublicEvents(Schema):
    """A part of the public log, oldest first."""

    items = fields.List(fields.Nested(PublicEvent), required=True)


class ListPublicEvents(Operation):
    """Read a part of the service's public log."""

    service = "any"
    Request = PublicLogRequest
    Response = PublicEvents
    timeout = 3.0


class Backlog(Schema):
    """How much a service still has to do: all zero when it is idle."""

    unpublished = fields.Integer(required=True)
    unread = fields.Integer(required=True)
    jobs = fields.Integer(required=True)


class CountBacklog(Operation):
    """Count what the service has not published, not read and not worked off."""

    service = "any"
    Response = Backlog


SHARED: tuple[type[Operation], ...] = (ListPublicEvents, CountBacklog)


@functools.cache
def asked_of(operation: type[Operation], service: str) -> type[Operation]:
    """The shared operation, as a question to one service."""
    return type(operation.__name__, (operation,), {"service": service})
