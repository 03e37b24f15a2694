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
from contracts.definition.messages import message_text
from contracts.registration.errors import NotADemonstration

ON_ROLL = "on_roll"
CONFIRMATION = "confirmation"
VOTE_RECORDED = "vote_recorded"

_TEXTS = {
    ON_ROLL: {
        "kk": "Сіз сайлаушылар тізімінде тұрсыз.",
        "ru": "Вы включены в список избирателей.",
        "en": "You are on the electoral roll.",
    },
    CONFIRMATION: {
        "kk": "Бюллетеньді растау коды. Ешкімге айтпаңыз.",
        "ru": "Код подтверждения бюллетеня. Никому не сообщайте.",
        "en": "The code that confirms your ballot. Tell nobody.",
    },
    VOTE_RECORDED: {
        "kk": "Сіздің атыңыздан дауыс жазылды. Дауыс бермесеңіз, ұйымдастыру "
        "комитетіне хабарлаңыз.",
        "ru": "От вашего имени записан голос. Если вы не голосовали, сообщите в "
        "оргкомитет.",
        "en": "A vote has been recorded in your name. If you did not vote, tell the "
        "organising committee.",
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


def text_of(notice: str, definition: Definition, *, code: str = "") -> str:
    """The words of a notice, as the primary's voters can read them."""
    return message_text(definition, _TEXTS[notice], code=code)


def read_inbox(
    session: Session, settings: Settings, vault: Vault, *, telephone: str
) -> dict[str, Any]:
    """What a telephone has received from voting; in a demonstration only."""
    if not settings.is_demo:
        raise NotADemonstration
    return {"items": messages_to(session, vault, telephone=telephone)}
