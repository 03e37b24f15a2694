"""Members are put forward day by day, and vetting decides on each of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from contracts.definition import Route
from tools.demo.cast import Nominee
from tools.demo.stage import Stage

_BATCH = 100  # decisions in one request
# Officers and candidates write what voters read: in Kazakh and in Russian.
_REASON = (
    "Тұрғылықты жері туралы анықтама соңғы он жылды қамтымайды. "
    "Справка о месте жительства не охватывает последние десять лет."
)
_FAMILY = "Отбасы жағдайына байланысты. По семейным обстоятельствам."


def nominate_and_vet(stage: Stage) -> None:
    """Play the days of nomination; decisions are taken on the evening of each."""
    stage.act("Nominations and vetting")
    for day in range(stage.options.size.nomination_days):
        stage.advance(_morning(stage, day))
        group = stage.cast.nominees[day :: stage.options.size.nomination_days]
        made = stage.together(
            f"Nominations of {stage.now:%d %B}",
            lambda nominee: _submit(stage, nominee),
            group,
        )
        _decide(stage, dict(zip(made, group, strict=True)))
    _register_the_others(stage)
    _show(stage)


def stand_down(stage: Stage) -> None:
    """One candidate changes their mind before the ballot is made."""
    nomination, nominee = next(
        (nomination, nominee)
        for nomination, nominee in stage.played.nominations.items()
        if not nominee.refused
    )
    answer = stage.signed_in(nominee.person).post(
        stage.path(f"/nominations/{nomination}/withdrawal"),
        reason=_FAMILY,
    )
    stage.played.withdrawn.add(answer["candidacy"])
    stage.report.say(f"One candidate has stood down in {nominee.contest}.")


def _morning(stage: Stage, day: int) -> datetime:
    phase = stage.definition.calendar.phase("nomination")
    days = (phase.closes_at - phase.opens_at).days + 1
    step = max(1, days // stage.options.size.nomination_days)
    return phase.opens_at + timedelta(days=day * step, hours=10)


def facts_of(stage: Stage, nominee: Nominee) -> dict[str, Any]:
    """What anybody who puts somebody forward says."""
    documents = stage.definition.nomination.documents_for(nominee.route)
    return {
        "route": nominee.route,
        "contest": nominee.contest,
        "statement": "I stand for my neighbours.",
        "documents": [each.id for each in documents],
    }


def _submit(stage: Stage, nominee: Nominee) -> str:
    facts = facts_of(stage, nominee)
    who = nominee.person
    if nominee.route == Route.PPO:
        who = stage.cast.offices.secretaries[nominee.person.ppo]
        facts |= {"member": nominee.person.iin, "ppo": nominee.person.ppo}
        facts["minutes"] = f"Minutes of {stage.now:%d.%m.%Y}"
    answer = stage.signed_in(who).post(stage.path("/nominations"), **facts)
    return answer["nomination"]


def _decide(stage: Stage, made: dict[str, Nominee]) -> None:
    chief = stage.signed_in(stage.cast.offices.chief)
    waiting = list(made)
    for start in range(0, len(waiting), _BATCH):
        decisions = [
            _decision(each, made[each]) for each in waiting[start : start + _BATCH]
        ]
        answer = chief.post(stage.path("/nomination-decisions"), decisions=decisions)
        for decided in answer["items"]:
            if decided["candidacy"]:
                nominee = made[decided["nomination"]]
                stage.played.candidacies[decided["candidacy"]] = nominee
    stage.played.nominations |= made


def _register_the_others(stage: Stage) -> None:
    """Who was put forward by hand, and whom nobody has decided on."""
    chief = stage.signed_in(stage.cast.offices.chief)
    waiting = list(chief.pages(stage.path("/nominations"), state="submitted"))
    for each in waiting:
        chief.post(
            stage.path(f"/nominations/{each['nomination']}/decision"),
            decision="register",
        )
    if waiting:
        stage.report.say(f"{len(waiting)} put forward by hand are registered too.")


def _decision(nomination: str, nominee: Nominee) -> dict[str, str]:
    if not nominee.refused:
        return {"nomination": nomination, "decision": "register"}
    return {
        "nomination": nomination,
        "decision": "refuse",
        "reason_code": "residence",
        "reason": _REASON,
    }


def _show(stage: Stage) -> None:
    stage.wait_until_idle()
    numbers = stage.api.get(stage.path("/statistics"))
    columns = ("applications", "ppo", "self", "women", "under_35")
    columns = (*columns, "registered", "refused")
    rows = [
        *((day["day"], *(day[name] for name in columns)) for day in numbers["days"]),
        ("total", *(numbers["total"][name] for name in columns)),
    ]
    titles = ("day", *(name.replace("_", " ") for name in columns))
    stage.report.table("Nominations", titles, rows)
