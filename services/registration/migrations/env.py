from __future__ import annotations

from chassis.migrations import run
from services.registration.models import Model

run(Model.metadata)
