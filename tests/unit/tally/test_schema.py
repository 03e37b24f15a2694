"""Tally has no place where a voter or a private key could be kept."""

from __future__ import annotations

import inspect

import pytest

from chassis.events import Event
from chassis.wire import Schema
from contracts.tally import events, operations, views
from services.tally.models import Model

OF_VOTERS = {"voter", "voters", "member", "iin", "telephone", "subject", "reference"}
#: of a seal: how many credentials cast ballots, a number that anybody may know
COUNTS = {("seals", "voters")}


def test_no_table_has_a_column_for_a_voter():
    columns = {
        (table.name, column.name)
        for table in Model.metadata.tables.values()
        for column in table.columns
    }

    assert {(t, c) for t, c in columns if c in OF_VOTERS} == COUNTS


def test_no_table_has_a_column_for_a_private_key():
    columns = {c.name for t in Model.metadata.tables.values() for c in t.columns}

    assert not {name for name in columns if "private" in name or "secret" in name}


@pytest.mark.parametrize("module", [events, operations, views])
def test_nothing_that_tally_says_or_hears_names_a_voter(module: object):
    schemas = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, (Schema, Event))
    ]

    named = {name for schema in schemas for name in schema._declared_fields}

    assert schemas
    assert not named & OF_VOTERS
