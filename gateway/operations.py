"""What the gateway answers by itself: things put together from several services.

They have the form of operations so that the API document and the reading of
requests treat them like all others; no service serves them.
"""

from __future__ import annotations

from marshmallow import fields, validate

from chassis.errors import ServiceUnavailable
from chassis.operations import Operation
from chassis.shared_operations import Backlog
from chassis.wire import Schema
from contracts.copies import UnknownPrimary
from contracts.registration.operations import ReadTelephoneInbox
from contracts.voting.errors import UnknownBoard
from contracts.voting.operations import ShowTurnout
from gateway.errors import CursorRefused, Overloaded


class EventsRequest(Schema):
    """Which part of the public log."""

    #: where to go on: the `next` of an earlier answer
    after = fields.String(load_default="")
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))
    #: a region's or a territory's code
    place = fields.String(load_default=None)
    primary = fields.String(load_default=None)


class CloudEvent(Schema):
    """An event of the public log in the form of CloudEvents 1.0."""

    specversion = fields.String(required=True)
    id = fields.String(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    time = fields.String(required=True)
    datacontenttype = fields.String(required=True)
    primary = fields.String(required=True)
    subject = fields.String(required=True)
    #: its number among the events of its service about its territory
    sequence = fields.Integer(required=True)
    data = fields.Dict(required=True)


class EventsPage(Schema):
    """A part of the public log; ask again after `next`, whether or not it is empty."""

    items = fields.List(fields.Nested(CloudEvent), required=True)
    next = fields.String(required=True)


class ListEvents(Operation):
    """The public log of all services, in the order of time."""

    service = "gateway"
    Request = EventsRequest
    Response = EventsPage
    errors = (CursorRefused, ServiceUnavailable)


class StreamEvents(Operation):
    """The public log as it grows, as server-sent events.

    Each has the cursor after it as its id, so that Last-Event-ID resumes.
    """

    service = "gateway"
    Request = EventsRequest
    errors = (CursorRefused, Overloaded, ServiceUnavailable)


class StreamTurnout(Operation):
    """Turnout as it grows, as server-sent events: each is a whole ShowTurnout."""

    service = "gateway"
    Request = ShowTurnout.Request
    errors = (UnknownPrimary, Overloaded, ServiceUnavailable)


class BoardRequest(Schema):
    """Which board."""

    primary = fields.String(required=True)
    board = fields.String(required=True)


class DownloadArchive(Operation):
    """The whole archive of a board, as anybody's verifier reads it."""

    service = "gateway"
    Request = BoardRequest
    errors = (UnknownPrimary, UnknownBoard, Overloaded)


class ShowBacklog(Operation):
    """What all services together still have to do; in a demonstration only."""

    service = "gateway"
    Response = Backlog
    errors = (ServiceUnavailable,)


class OpenInbox(Operation):
    """What a telephone has received, newest first; in a demonstration only."""

    service = "gateway"
    Request = ReadTelephoneInbox.Request
    Response = ReadTelephoneInbox.Response
    errors = ReadTelephoneInbox.errors


class ShowApi(Operation):
    """This document."""

    service = "gateway"


class ShowEvents(Operation):
    """The AsyncAPI document of the public log."""

    service = "gateway"


class DownloadEvents(Operation):
    """The AsyncAPI document of the public log, in YAML."""

    service = "gateway"
