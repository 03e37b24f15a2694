from __future__ import annotations

from chassis.migrations import run
from services.voting.models import Model

run(Model.metadata)
