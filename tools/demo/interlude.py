"""While the play waits: a person takes part by hand, and the clock runs by itself.

The calendar stays where it is; only as much time passes as the person takes, so that
a code can be asked for again and pages do not grow old.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from threading import Event

from chassis.clock import set_clock
from tools.demo.people import Person
from tools.demo.picture import picture_of
from tools.demo.stage import Stage

_STEP = 0.5  # seconds
#: longer than this nobody looks; the next act must not come late
_LONGEST = timedelta(hours=8)
_PEOPLE = 6
_WARNING = (
    "The browser will warn: this machine vouches for itself, and nobody else does.",
    "Go on if the certificate has this SHA-256 fingerprint:",
)
#: what a person can do by hand while the play waits there
WAITS: dict[str, str] = {
    "nominations": "Nominations are open: apply, nominate, decide on applications.",
    "programmes": "The drafts are open: suggest, support, write one's own page.",
    "debates": "The debates are drawn and announced; the trustees have their keys.",
    "voting": "The vote is open, and six voters of ten have voted.",
    "counting": "The boards are sealed; the trustees have not decrypted yet.",
}


def pause_in(stage: Stage, act: str) -> None:
    """Wait here, when that was asked for, until somebody says to go on."""
    if stage.options.pause_at != act:
        return
    stage.wait_until_idle()
    stage.act("The play waits")
    stage.report.say(WAITS[act])
    _show_people(stage)
    _show_roles(stage)
    _show_addresses(stage)
    with _signalled() as told:
        live(stage, lambda: told.is_set() or _pressed(told))
    stage.report.say("The play goes on.")


def show_door(stage: Stage) -> None:
    """Where telephones come in, and why their browsers will warn."""
    certificate = stage.platform.certificate
    if certificate is None:
        return
    address = f"{stage.platform.shown_at}/{stage.primary}/"
    stage.report.picture(picture_of(address))
    stage.report.say(f"Other devices of this network: {address}")
    for line in (*_WARNING, certificate.fingerprint):
        stage.report.say(line)


def live(stage: Stage, is_over: Callable[[], bool]) -> None:
    """Keep the platform up and its clock running until it is over."""
    began, start = time.monotonic(), stage.now
    while not is_over():
        stage.platform.require_alive()
        passed = timedelta(seconds=time.monotonic() - began)
        stage.now = start + min(passed, _LONGEST)
        set_clock(stage.platform.clock, stage.now)


def _show_people(stage: Stage) -> None:
    rows = [
        (person.name, _district(stage, person), person.iin)
        for person in islice(stage.cast.bystanders(), _PEOPLE)
    ]
    title = "Members who have not voted" if _has_roll(stage) else "Members"
    stage.report.table(title, ("name", "voting district", "IIN"), rows)


def _show_roles(stage: Stage) -> None:
    rows = [(role, who.name, who.iin, can) for role, who, can in _roles(stage)]
    stage.report.table("Roles", ("role", "name", "IIN", "can"), rows)


def _show_addresses(stage: Stage) -> None:
    portal = f"{stage.platform.shown_at}/{stage.primary}"
    stage.report.say(f"Portal           {portal}/")
    if stage.options.pause_at == "voting":
        stage.report.say(f"Voting booth     {portal}/vote")
    stage.report.say(f"Telephone inbox  {stage.platform.shown_at}/demo/telephone")
    stage.report.say("Sign in with an IIN from above; its code comes to the inbox.")
    if stage.played.trustees:
        stage.report.say(f"Trustee's key    {stage.played.trustees[0]}")
    show_door(stage)
    way = "Enter" if sys.stdin.isatty() else f"kill -USR1 {os.getpid()}"
    stage.report.say(f"{way} lets the play go on.")


def _roles(stage: Stage) -> Iterable[tuple[str, Person, str]]:
    """One person for each role, and what they can do."""
    offices = stage.cast.offices
    yield "officer", offices.chief, "decide, propose, announce"
    yield "officer", offices.deputy, "approve what the first proposes"
    *_, secretary = offices.secretaries.values()
    yield "secretary", secretary, "put members forward"
    for candidate in islice(_candidates(stage), 1):
        yield "candidate", candidate, "write their page, follow, withdraw"
    yield "station officer", offices.station[0], "give out papers, enter the counts"
    yield "trustee", offices.trustees[0], "hand in keys and decryptions"
    yield "observer", offices.observer, "check the boards"


def _candidates(stage: Stage) -> Iterator[Person]:
    for candidacy, nominee in stage.played.candidacies.items():
        if candidacy not in stage.played.withdrawn:
            yield nominee.person


def _district(stage: Stage, person: Person) -> str:
    name = stage.definition.territory(person.territory).name
    return name.get("en") or next(iter(name.values()))


def _has_roll(stage: Stage) -> bool:
    return bool(stage.played.elections)


@contextmanager
def _signalled() -> Iterator[Event]:
    """SIGUSR1 sets the event, for as long as this lasts."""
    told = Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: told.set())
    try:
        yield told
    finally:
        signal.signal(signal.SIGUSR1, before)


def _pressed(told: Event) -> bool:
    """Whether Enter was pressed, after waiting a moment for it or for the signal."""
    if not sys.stdin.isatty():
        return told.wait(_STEP)
    if not select.select([sys.stdin], [], [], _STEP)[0]:
        return False
    sys.stdin.readline()
    return True
