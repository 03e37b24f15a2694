"""All pages of offices, in the order in which "My page" names them."""

from __future__ import annotations

from gateway.pages.office import (
    ballot,
    calendar,
    debates,
    disputes,
    files,
    lots,
    observer,
    programmes,
    progress,
    protocol,
    station,
    trustee,
    vetting,
)

PAGES = (
    *vetting.PAGES,
    *calendar.PAGES,
    *ballot.PAGES,
    *programmes.PAGES,
    *debates.PAGES,
    *lots.PAGES,
    *progress.PAGES,
    *disputes.PAGES,
    *files.PAGES,
    *station.PAGES,
    *protocol.PAGES,
    *trustee.PAGES,
    *observer.PAGES,
)
