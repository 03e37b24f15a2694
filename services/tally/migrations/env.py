"""Run by alembic; all of it is in the chassis."""

from __future__ import annotations

from chassis.migrations import run
from services.tally.models import Model

run(Model.metadata)
