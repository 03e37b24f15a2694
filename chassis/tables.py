"""The tables that every service has beside its own, in one database with them."""

from __future__ import annotations

import sqlalchemy as sa

from chassis.inbox import inbox_table
from chassis.outbox import outbox_table, public_log_table


def add_bus_tables(metadata: sa.MetaData) -> None:
    """What a service speaks and hears with: its outbox, public log and inbox."""
    for add in (outbox_table, public_log_table, inbox_table):
        add(metadata)
