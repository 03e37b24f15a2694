"""Everything that breaks, each by its name, as the nemesis sees it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.faults.siege.mischief import Mischief
from tests.faults.siege.platform import REPLICAS, Besieged
from tests.faults.siege.stage import SiegeStage
from tests.faults.siege.supervisor import Child
from tools.environment import SERVICES

EVERYBODY = tuple(service for service, n in REPLICAS.items() for _ in range(n))
_TWINS = ("registration", "voting", "tally")
_SLOW_FOR, _SLOW_SHARE = 6.0, 0.8


@dataclass(kw_only=True)
class Ground:
    """Where the nemesis strikes, and its own luck."""

    platform: Besieged
    mischief: Mischief
    stage: SiegeStage
    #: the calendar as it was before the vote was extended
    old_calendar: dict[str, Any]
    chance: Random

    def anybody(self) -> Child:
        """One of all processes."""
        supervisor, service = self.platform.supervisor, self.chance.choice(EVERYBODY)
        return self.chance.choice(supervisor.of(service))

    def twins(self) -> list[Child]:
        """Both replicas of a service."""
        return self.platform.supervisor.of(self.chance.choice(_TWINS))

    def a_while(self, least: float, most: float) -> float:
        """Some seconds, slept through."""
        seconds = self.chance.uniform(least, most)
        time.sleep(seconds)
        return seconds


#: strikes, and says at what
Fault = Callable[[Ground], str]


def process_killed(ground: Ground) -> str:
    """SIGKILL, whatever it is doing."""
    child = ground.anybody()
    child.send(signal.SIGKILL)
    return child.name


def process_terminated(ground: Ground) -> str:
    """SIGTERM: it finishes what it has begun."""
    child = ground.anybody()
    child.send(signal.SIGTERM)
    return child.name


def process_frozen(ground: Ground) -> str:
    """It stands still, and goes on as if nothing had been."""
    child = ground.anybody()
    with child.frozen():
        seconds = ground.a_while(2, 6)
    return f"{child.name}, {seconds:.0f} s"


def replicas_killed(ground: Ground) -> str:
    """Both replicas of a service at once."""
    twins = ground.twins()
    for child in twins:
        child.send(signal.SIGKILL)
    return twins[0].service


def broker_restarted(ground: Ground) -> str:
    """SIGKILL to the broker, and another start."""
    ground.platform.broker.kill()
    ground.platform.broker.start()
    return "at once"


def broker_away(ground: Ground) -> str:
    """The broker is gone for longer than anybody would wait."""
    ground.platform.broker.kill()
    seconds = ground.a_while(10, 20)
    ground.platform.broker.start()
    return f"after {seconds:.0f} s"


def broker_frozen(ground: Ground) -> str:
    """The broker takes no notice and closes no connection."""
    with ground.platform.broker.frozen():
        seconds = ground.a_while(2, 8)
    return f"{seconds:.0f} s"


def connections_cut(ground: Ground) -> str:
    """Every connection to the broker ends in the middle of a message."""
    return f"{ground.platform.wire.cut()} connections"


def database_crashed(ground: Ground) -> str:
    """A database process dies: the server drops all sessions and recovers."""
    database = ground.platform.database
    service = ground.chance.choice(SERVICES)
    for pid in database.sessions(service)[:1]:
        os.kill(pid, signal.SIGKILL)
    return f"a session of {service}"


def database_restarted(ground: Ground) -> str:
    """SIGKILL to the whole database server, and another start."""
    ground.platform.database.kill()
    seconds = ground.a_while(0, 5)
    ground.platform.database.start()
    return f"after {seconds:.0f} s"


def sessions_ended(ground: Ground) -> str:
    """An administrator ends all sessions of a database."""
    service = ground.chance.choice(SERVICES)
    ended = ground.platform.database.end_sessions(service)
    return f"{ended} of {service}"


def poison_planted(ground: Ground) -> str:
    """Events that are in order and cannot be handled."""
    return f"{ground.mischief.send_poison()} messages"


def messages_repeated(ground: Ground) -> str:
    """What was delivered is delivered again, several times."""
    return f"{ground.mischief.send_copies()} messages"


def old_calendar_sent(ground: Ground) -> str:
    """A calendar by which the vote would be over."""
    definition = ground.stage.definition
    ground.mischief.send_old_calendar(
        definition.primary, definition.country, ground.old_calendar
    )
    return f"version {ground.old_calendar['version']}"


def consumer_slowed(ground: Ground) -> str:
    """Both replicas of a service do next to nothing for a while."""
    twins, until = ground.twins(), time.monotonic() + _SLOW_FOR
    while time.monotonic() < until:
        with ExitStack() as stack:
            for child in twins:
                stack.enter_context(child.frozen())
            time.sleep(_SLOW_SHARE)
        time.sleep(1 - _SLOW_SHARE)
    return twins[0].service


#: how often each is drawn, in proportion
FAULTS: dict[Fault, int] = {
    process_killed: 8,
    process_terminated: 3,
    process_frozen: 4,
    replicas_killed: 4,
    broker_restarted: 3,
    broker_away: 1,
    broker_frozen: 3,
    connections_cut: 4,
    database_crashed: 3,
    database_restarted: 3,
    sessions_ended: 3,
    poison_planted: 3,
    messages_repeated: 3,
    old_calendar_sent: 2,
    consumer_slowed: 2,
}


def name_of(fault: Fault) -> str:
    """In words."""
    return fault.__name__.replace("_", " ")
