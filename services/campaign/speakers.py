"""Who speaks in which debate, and who of them still stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.campaign.models import Candidate, Speaker


def all_speakers(
    session: Session, primary: str, debates: Iterable[str]
) -> Sequence[Any]:
    """`debate`, `candidacy`, `member`, `standing`, in the order of speaking."""
    query = (
        sa.select(
            Speaker.debate,
            Speaker.candidacy,
            Candidate.member,
            Candidate.withdrawn_because.is_(None).label("standing"),
        )
        .join(
            Candidate,
            sa.and_(
                Candidate.primary == Speaker.primary,
                Candidate.candidacy == Speaker.candidacy,
            ),
        )
        .where(Speaker.primary == primary, Speaker.debate.in_(list(debates)))
        .order_by(Speaker.debate, Speaker.position)
    )
    return session.execute(query).all()


def standing_speakers(
    session: Session, primary: str, debates: Iterable[str]
) -> list[Any]:
    """The same without those who have withdrawn."""
    speakers = all_speakers(session, primary, debates)
    return [speaker for speaker in speakers if speaker.standing]
