"""Afterwards: what the clients know, what the services hold, what anybody verifies.

Each difference is a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from belenios.verification import Report
from tests.deploy.broker import rabbitmqctl
from tests.faults.siege.applicants import Applicants
from tests.faults.siege.mischief import Mischief
from tests.faults.siege.platform import Besieged
from tests.faults.siege.region import RegionalSystem
from tests.faults.siege.voters import Voters
from tools.deployment.definitions import VHOST
from tools.environment import SERVICES

Difference = Iterator[str]


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Looks at everything, once all is calm."""

    platform: Besieged
    voters: Voters
    applicants: Applicants
    mischief: Mischief
    region: RegionalSystem

    def differences(self, boards: dict[str, Report]) -> Difference:
        """All that is not as it should be."""
        yield from (f"{name}: {why}" for name, why in self.platform.unready().items())
        yield from self._ballots(boards)
        yield from self._tally(boards)
        yield from self._candidacies()
        yield from self._public_log()
        yield from self._parked()
        yield from self._waiting()
        yield from self.region.differences()

    # --- ballots ------------------------------------------------------------------

    def _ballots(self, boards: dict[str, Report]) -> Difference:
        """Every acknowledged ballot once, on its board; nobody else's."""
        found = Counter(self._trackers())
        known = Counter((b, t) for t, b in self.voters.acknowledged.items())
        sent = {(b, t) for t, b in self.voters.sent.items()}
        for board, tracker in known - found:
            yield f"{board}: an acknowledged ballot is not there: {tracker}"
        for board, tracker in found - known:
            how = "sent, never acknowledged" if (board, tracker) in sent else "unknown"
            yield f"{board}: a ballot too many ({how}): {tracker}"
        verified = sum(report.ballots for report in boards.values())
        if verified != len(known):
            yield f"the archives hold {verified} ballots, {len(known)} were cast"

    def _trackers(self) -> list[tuple[str, str]]:
        primary = self.voters.stage.primary
        query = (
            "SELECT board, tracker FROM board_records"
            f" WHERE \"primary\" = '{primary}' AND tracker IS NOT NULL"
        )
        return [(board, tracker) for board, tracker in self._ask("voting", query)]

    def _tally(self, boards: dict[str, Report]) -> Difference:
        """Tally's own copies end where the archives do."""
        query = "SELECT board, height, head, disputed_height FROM boards"
        held = {row[0]: row[1:] for row in self._ask("tally", query)}
        shown = {
            board["board"]: board
            for board in self.voters.stage.api.pages(self.voters.stage.path("/boards"))
        }
        for file, report in boards.items():
            board = file.removesuffix(".bel")
            height, head, disputed = held[board]
            if disputed is not None:
                yield f"{board}: disputed at {disputed}"
            heads = {head, shown[board]["head"], report.head}
            if len(heads) > 1 or height != shown[board]["height"]:
                yield f"{board}: voting, tally and the archive differ"

    # --- candidacies --------------------------------------------------------------

    def _candidacies(self) -> Difference:
        """Every acknowledged candidacy came to everybody, once."""
        stage = self.applicants.stage
        expected = Counter(self.applicants.candidacies.values())
        pages = list(stage.api.pages(stage.path("/candidates")))
        held = {
            "campaign": Counter(each["candidacy"] for each in pages),
            "voting": self._column("voting", "candidates"),
            "tally": self._column("tally", "candidacies"),
        }
        for service, found in held.items():
            if found != expected:
                lacks, more = expected - found, found - expected
                yield f"{service} lacks candidacies {lacks}, has too many {more}"
        gone = {each["candidacy"] for each in pages if each["withdrawn"]}
        if gone != self.applicants.withdrawn:
            yield "campaign does not know who has withdrawn"

    def _column(self, service: str, table: str) -> Counter[str]:
        primary = self.applicants.stage.primary
        query = f"SELECT candidacy FROM {table} WHERE \"primary\" = '{primary}'"
        return Counter(row[0] for row in self._ask(service, query))

    # --- the bus --------------------------------------------------------------------

    def _public_log(self) -> Difference:
        """Numbered without a gap, and every nomination is in it once."""
        gaps = (
            "SELECT territory FROM public_log GROUP BY territory"
            " HAVING count(*) <> max(sequence) OR min(sequence) <> 1"
        )
        for service in SERVICES:
            for (territory,) in self._ask(service, gaps):
                yield f"{service}: the public log of {territory} has gaps"
        told = (
            "SELECT data->>'nomination' FROM public_log"
            " WHERE type = 'registration.nomination_submitted.v1'"
            f" AND \"primary\" = '{self.applicants.stage.primary}'"
        )
        logged = Counter(row[0] for row in self._ask("registration", told))
        known = Counter(list(self.applicants.candidacies))
        if logged != known:
            lacks, more = known - logged, logged - known
            yield f"the public log lacks nominations {lacks}, has too many {more}"

    def _parked(self) -> Difference:
        """Exactly the planted poison, nothing else."""
        for service, ids in self.mischief.parked().items():
            planted = self.mischief.poison[service]
            if set(ids) != planted:
                yield (
                    f"{service} has parked {len(set(ids) - planted)} events that "
                    f"are no poison and lacks {len(planted - set(ids))}"
                )

    def _waiting(self) -> Difference:
        """No outbox, no queue with anything in it, and every queue has a reader."""
        for service in SERVICES:
            ((waiting,),) = self._ask(service, "SELECT count(*) FROM outbox")
            if waiting:
                yield f"{service}: {waiting} events in the outbox"
        for name, messages, consumers in self._queues():
            if not name.endswith(".parked") and (messages or not consumers):
                yield f"{name}: {messages} messages, {consumers} readers"

    def _queues(self) -> Iterator[tuple[str, int, int]]:
        said = rabbitmqctl(
            self.platform.node,
            *("list_queues", "--vhost", VHOST, "--no-table-headers"),
            *("name", "messages", "consumers"),
        )
        for line in said.splitlines():
            name, messages, consumers = line.split("\t")
            if name.partition(".")[0] in SERVICES:
                yield name, int(messages), int(consumers)

    def _ask(self, service: str, query: str) -> list[Any]:
        return self.platform.database.ask(service, query)
