"""A version of a programme as it is shown: with what it changed, and why."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from services.campaign import queries
from services.campaign.sections import changes_between


def programme_version(
    session: Session, *, primary: str, territory: str, version: int
) -> dict[str, Any]:
    """The version, and each change of a section with its reasons and its diff."""
    row = queries.get_version(session, primary, territory, version)
    reasons = {each["section"]: each for each in row.changes}
    return {
        "territory": territory,
        "version": version,
        "programme_hash": row.programme_hash,
        "published_at": row.published_at,
        "sections": row.sections,
        "changes": [
            {**reasons[change["section"]], **change}
            for change in changes_between(
                _sections_before(session, primary, territory, version), row.sections
            )
            if version > 1
        ],
    }


def _sections_before(
    session: Session, primary: str, territory: str, version: int
) -> list[dict[str, Any]]:
    if version == 1:
        return []
    return queries.get_version(session, primary, territory, version - 1).sections
