"""Alembic's way to the tables of campaign."""

from __future__ import annotations

from chassis.migrations import run
from services.campaign.models import Model

run(Model.metadata)
