"""Afterwards: what was acknowledged is there once, and tally has it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.overload.scene import Scene
from tools.environment import GATEWAY, SERVICES

_TRACKERS = "SELECT tracker FROM board_records WHERE tracker IS NOT NULL"
_HEADS = "SELECT board, height, head FROM boards"


def differences(
    scene: Scene, acknowledged: Iterable[str], known: Iterable[str]
) -> Iterator[str]:
    """Each a sentence; `known` are all ballots that anybody may have sent."""
    scene.stage.wait_until_idle()
    found = Counter(str(row[0]) for row in scene.ask("voting", _TRACKERS))
    wanted = {*acknowledged}
    for each in found.keys() - {*known}:
        yield f"{each} is nobody's"
    for each in wanted - found.keys():
        yield f"{each} was acknowledged and is gone"
    for each, times in found.items():
        if times > 1:
            yield f"{each} is on the boards {times} times"
    shown = scene.stage.api.pages(scene.stage.path("/boards"))
    heads = {(each["board"], each["height"], each["head"]) for each in shown}
    if heads != {tuple(row) for row in scene.ask("tally", _HEADS)}:
        yield "voting and tally hold different boards"


def unwell(scene: Scene) -> list[str]:
    """The processes that do not say that they are ready."""
    return [
        name
        for name in (*SERVICES, GATEWAY)
        if scene.topology.run("healthcheck", settings=name).returncode
    ]
