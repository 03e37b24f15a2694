"""Before the vote: the roll, the trustees, the station, the final ballot."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tools.demo.cast import STATION
from tools.demo.offline import make_key
from tools.demo.stage import Stage


def freeze_roll(stage: Stage) -> None:
    """Freeze the electoral roll; every voter gets a credential."""
    stage.advance(stage.definition.calendar.instant("roll_freeze") + timedelta(hours=9))
    stage.act("The electoral roll is frozen")
    stage.signed_in(stage.cast.offices.chief).post(stage.path("/roll"))
    stage.wait_until_idle()
    roll = stage.signed_in(stage.cast.offices.chief).get(stage.path("/roll"))
    boards = roll["boards"]
    stage.report.say(
        f"{roll['eligible_count']} voters on the rolls of {len(boards)} boards."
    )


def hand_in_keys(stage: Stage, folder: Path) -> None:
    """Each trustee makes a key offline; only public halves are handed in."""
    stage.advance(stage.now + timedelta(days=4))
    stage.act("Trustees and the polling station")
    for number, trustee in enumerate(stage.cast.offices.trustees, start=1):
        own = folder / f"trustee-{number}"
        key = stage.workers.submit(make_key, own, stage.definition.group).result()
        api = stage.signed_in(trustee)
        answer = api.post(stage.path("/trustees"), public_key=key)
        stage.played.trustees.append(own)
        stage.report.say(f"Trustee {number}: key {answer['fingerprint'][:16]}…")


def open_station(stage: Stage) -> None:
    """Announce one polling station, for those without internet."""
    district = stage.cast.paper[0].territory
    stage.signed_in(stage.cast.offices.chief).post(
        stage.path("/stations"),
        stations=[
            {
                "station": STATION,
                "district": district,
                "name": "Школа № 1",
                "address": "ул. Абая, 1",
            }
        ],
    )
    name = stage.definition.territory(district).name
    stage.report.say(f"A polling station in {name.get('en', district)}.")


def finalise_ballot(stage: Stage) -> None:
    """Fix the candidates; each voting district gets its public board."""
    final = stage.definition.calendar.instant("candidates_final")
    stage.advance(final + timedelta(hours=1))
    stage.act("The ballot is final")
    chief = stage.signed_in(stage.cast.offices.chief)
    ballot = chief.post(stage.path("/ballot"))
    stage.wait_until_idle()
    boards = list(stage.api.pages(stage.path("/boards")))
    stage.report.say(
        f"{ballot['candidates']} candidates in {ballot['contests']} contests; "
        f"{len(boards)} public boards are set up."
    )
    for board in boards:
        election = stage.api.get(stage.path(f"/boards/{board['board']}/election"))
        stage.played.elections[board["board"]] = election
