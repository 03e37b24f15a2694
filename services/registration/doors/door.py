"""What all doors of registration share."""

from __future__ import annotations

from chassis.service import Service
from contracts.copies import the_primary
from contracts.definition import Definition
from services.registration.models import Primary


class Door(Service):
    """A group of operations; the service is made of several."""

    def definition(self, primary: str) -> Definition:
        """A primary's definition."""
        with self.db.reading() as session:
            return the_primary(session, Primary, primary).definition
