"""The count: sealed boards, the trustees offline, the lot, the results."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from tools.demo.acts.debates import draw_lot
from tools.demo.offline import decrypt_tallies
from tools.demo.stage import Stage


def seal_boards(stage: Stage) -> None:
    """The ballot boxes are sealed; tally adds up what it cannot read."""
    stage.advance(stage.now + timedelta(minutes=1))
    stage.act("Sealing")
    stage.wait_until_idle()
    boards = list(stage.api.pages(stage.path("/boards")))
    unsealed = [board["board"] for board in boards if not board["sealed_at"]]
    if unsealed:
        raise click.ClickException(f"Not sealed: {', '.join(unsealed)}")
    stage.report.table(
        "Sealed boards",
        ("board", "on the roll", "ballots", "voters", "head"),
        (
            (b["board"], b["eligible"], b["ballots"], b["voters"], b["head"][:16])
            for b in boards
            if b["ballots"]
        ),
    )


def decrypt(stage: Stage, folder: Path) -> None:
    """Every trustee decrypts all tallies offline and hands in the result."""
    stage.act("The trustees decrypt")
    tallies = folder / "tallies.json"
    tallies.write_text(json.dumps(_tallies(stage)), encoding="utf-8")
    least = stage.definition.min_ballots
    made = [
        stage.workers.submit(decrypt_tallies, own, tallies, least)
        for own in stage.played.trustees
    ]
    trustees = stage.cast.offices.trustees
    for number, (trustee, work) in enumerate(zip(trustees, made, strict=True), start=1):
        answer = stage.signed_in(trustee).post(
            stage.path("/partial-decryptions"), **work.result()
        )
        stage.report.say(f"Trustee {number}: {answer['accepted']} boards decrypted.")
    stage.wait_until_idle()


def publish(stage: Stage) -> None:
    """The lot for equal votes, and then the hour of publication."""
    calendar = stage.definition.calendar
    stage.advance(calendar.instant("tie_lot") + timedelta(hours=1))
    stage.act("The lot for equal votes")
    draw_lot(stage, "ties", "03 09 17 22 41 44")
    stage.advance(calendar.instant("publication") + timedelta(minutes=1))
    stage.act("Publication")
    stage.wait_until_idle()


def _tallies(stage: Stage) -> dict[str, Any]:
    """The bundle, put together from its pages as a trustee would."""
    trustee = stage.signed_in(stage.cast.offices.trustees[0])
    bundle = page = trustee.get(stage.path("/tallies"))
    while page["next"]:
        page = trustee.get(stage.path("/tallies"), after=page["next"])
        bundle["districts"].extend(page["districts"])
    return bundle
