"""What several requests have in common."""

from __future__ import annotations

from marshmallow import fields, validate

from chassis.auth import Role
from chassis.wire import Schema
from contracts.fields import page_size

OFFICERS = frozenset({Role.OFFICER})
MEMBERS = frozenset({Role.MEMBER})

#: more than blanks
Words = validate.Regexp(r"(?s)\s*\S", error="Write something.")


class InPrimary(Schema):
    """What happens in one primary."""

    primary = fields.String(required=True)


class Paged(InPrimary):
    """Which page of a list: what comes after `after`, at most `limit`."""

    after = fields.String(load_default=None, allow_none=True)
    limit = page_size()
