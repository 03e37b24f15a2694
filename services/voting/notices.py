"""What voting writes to telephones: codes, and what is done in a voter's name.

A notice never names a choice, a tracker or a candidate.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.config import Settings
from chassis.messages import messages_to
from chassis.vault import Vault
from contracts.definition import Definition
from contracts.registration.errors import NotADemonstration

ON_ROLL = "on_roll"
CONFIRMATION = "confirmation"
VOTE_RECORDED = "vote_recorded"

_OTHERWISE = "en"
_TEXTS = {
    ON_ROLL: {
        "kk": "{title}: сіз сайлаушылар тізімінде тұрсыз.",
        "ru": "{title}: вы включены в список избирателей.",
        "en": "{title}: you are on the electoral roll.",
    },
    CONFIRMATION: {
        "kk": "{title}: бюллетеніңізді растау коды {code}. Оны ешкімге айтпаңыз.",
        "ru": "{title}: код подтверждения бюллетеня {code}. Никому его не сообщайте.",
        "en": "{title}: the code that confirms your ballot is {code}. Tell nobody.",
    },
    VOTE_RECORDED: {
        "kk": "{title}: сіздің атыңыздан дауыс тіркелді. "
        "Егер дауыс бермесеңіз, комиссияға хабарлаңыз.",
        "ru": "{title}: от вашего имени учтён голос. "
        "Если вы не голосовали, сообщите комиссии.",
        "en": "{title}: a vote has been recorded in your name. "
        "If you did not vote, tell the committee.",
    },
}


class HourlyClock:
    """Tells the hour only.

    What is written about a voter at a cast is dated by it, so that no time in the
    register leads to a record of the board.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """The beginning of the present hour."""
        return self._clock.now().replace(minute=0, second=0, microsecond=0)


def text_of(notice: str, definition: Definition, **facts: str) -> str:
    """The words of a notice, in the first of the primary's languages we speak."""
    texts = _TEXTS[notice]
    spoken = (each for each in definition.languages if each in texts)
    language = next(spoken, _OTHERWISE)
    title = definition.title.get(language) or next(iter(definition.title.values()))
    return texts[language].format(title=title, **facts)


def read_inbox(
    session: Session, settings: Settings, vault: Vault, *, telephone: str
) -> dict[str, Any]:
    """What a telephone has received from voting; in a demonstration only."""
    if not settings.is_demo:
        raise NotADemonstration
    return {"items": messages_to(session, vault, telephone=telephone)}
