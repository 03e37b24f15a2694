"""What the siege was like, in one table each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.siege.audit import Audit
from tests.faults.siege.journal import Journal
from tests.faults.siege.nemesis import Nemesis
from tools.demo.report import Report


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What nemesis and clients remember."""

    nemesis: Nemesis
    journal: Journal
    #: from the last ballot until nothing waited anywhere
    seconds_to_calm: float


def show(report: Report, outcome: Outcome, audit: Audit) -> None:
    """Print it."""
    kinds = outcome.nemesis.by_kind()
    report.table("Faults", ("kind", "times"), sorted(kinds.items()))
    endings = sorted(audit.platform.supervisor.endings().items())
    report.table("Processes started again after", ("ending", "times"), endings)
    report.table("The siege", ("what", "how much"), _figures(outcome, audit))


def _figures(outcome: Outcome, audit: Audit) -> list[tuple[str, str]]:
    journal, voters, applicants = outcome.journal, audit.voters, audit.applicants
    poison = sum(len(ids) for ids in audit.mischief.poison.values())
    at_once = [seconds for seconds, repeated in journal.casts if not repeated]
    repeated = ", ".join(f"{n} x {why}" for why, n in sorted(journal.repeated.items()))
    return [
        ("faults", str(len(outcome.nemesis.done))),
        ("ballots acknowledged", str(len(voters.acknowledged))),
        ("ballots sent and never acknowledged", str(_unanswered(audit))),
        ("voters", str(len(voters.stage.played.choices))),
        ("candidates registered", str(len(applicants.candidacies))),
        ("of them withdrawn", str(len(applicants.withdrawn))),
        ("requests answered", str(journal.answered)),
        ("requests repeated", repeated or "none"),
        ("casts answered at the first attempt", str(len(at_once))),
        ("seconds to a receipt: half, 99 %, all", _seconds(journal)),
        (
            "longest time in which nobody was answered",
            f"{journal.longest_silence:.1f} s",
        ),
        ("poison planted and parked", str(poison)),
        ("messages delivered again", str(audit.mischief.copies)),
        ("events of the region, its reader killed", _of_the_region(audit)),
        ("seconds until nothing waited any more", f"{outcome.seconds_to_calm:.1f}"),
    ]


def _unanswered(audit: Audit) -> int:
    return len(audit.voters.sent.keys() - audit.voters.acknowledged.keys())


def _seconds(journal: Journal) -> str:
    return ", ".join(f"{journal.share_within(share):.2f}" for share in (0.5, 0.99, 1))


def _of_the_region(audit: Audit) -> str:
    return f"{audit.region.count()}, {audit.region.killed} times"
