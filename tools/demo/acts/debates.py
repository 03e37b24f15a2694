"""Debates: the lot, the timetable, who came."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from contracts.definition import Territory
from tools.demo.stage import Stage

_ABSENT = 40  # one speaker of so many does not come
# Officers write for everybody, in Kazakh and in Russian.
_LOTTERY = (
    "Мемлекеттік лотереяның бүгінгі таңғы ұтысы; "
    "утренний розыгрыш государственной лотереи"
)


def draw_debates(stage: Stage) -> None:
    """Two officers enter a public value; it makes the groups; then the timetable."""
    stage.advance(stage.definition.calendar.instant("debate_lot") + timedelta(hours=10))
    stage.act("The lot of the debates")
    draw_lot(stage, "debates", "07 14 21 28 35 42")
    stage.wait_until_idle()
    chief = stage.signed_in(stage.cast.offices.chief)
    drawn = chief.post(stage.path("/debates/groups"))
    stage.report.say(
        f"{drawn['debates']} debates in {drawn['contests']} contests are drawn."
    )
    plans = [
        chief.post(stage.path("/debates/timetable"), region=region.code)
        for region in stage.report.progress(
            "Timetables", _regions(stage), len(_regions(stage))
        )
    ]
    stage.report.table(
        "Timetable",
        ("region", "debates", "first day", "last day"),
        ((p["region"], p["scheduled"], p["first_day"], p["last_day"]) for p in plans),
    )


def draw_lot(stage: Stage, lot: str, value: str) -> None:
    """One officer enters the public value, another one enters it again."""
    offices = stage.cast.offices
    stage.signed_in(offices.chief).post(
        stage.path("/lots"),
        lot=lot,
        value=value,
        source=_LOTTERY,
    )
    stage.signed_in(offices.deputy).post(
        stage.path(f"/lots/{lot}/approval"), value=value
    )
    stage.report.say(f"The lot of the {lot} is drawn from the value “{value}”.")


def hold_debates(stage: Stage) -> None:
    """Let the last debate begin, and put on record who came to each."""
    debates = list(stage.api.pages(stage.path("/debates"), state="scheduled"))
    if not debates:
        return
    last = max(datetime.fromisoformat(each["opens_at"]) for each in debates)
    stage.advance(last + timedelta(hours=1))
    stage.act("Debates")
    held = stage.together("Debates held", lambda one: _hold(stage, one), debates)
    attendance = Counter(
        speaker["attendance"] for debate in held for speaker in debate["speakers"]
    )
    stage.report.say(
        f"{attendance['present']} speakers came, {attendance['absent']} did not."
    )


def _hold(stage: Stage, debate: dict[str, Any]) -> dict[str, Any]:
    standing = [one["candidacy"] for one in debate["speakers"] if not one["withdrawn"]]
    people = stage.played.candidacies
    # who was registered by hand is in no cast, and comes
    known = {each: int(people[each].person.iin) for each in standing if each in people}
    missed = {each for each, number in known.items() if number % _ABSENT == 0}
    return stage.signed_in(stage.cast.offices.chief).post(
        stage.path(f"/debates/{debate['debate']}/attendance"),
        present=[each for each in standing if each not in missed],
        absent=sorted(missed),
    )


def _regions(stage: Stage) -> list[Territory]:
    """Where anybody stands."""
    definition = stage.definition
    standing = {
        definition.region_of(definition.contest(one.contest).territory).code
        for one in stage.cast.nominees
    }
    return [each for each in definition.regions() if each.code in standing]
