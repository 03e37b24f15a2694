"""A tally service's inside with a real board or two, made by belenios itself."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from secrets import token_bytes
from typing import Any

from belenios.ballots import create_ballot
from belenios.board import (
    Entry,
    archive_header,
    ballot_records,
    end_ballots,
    open_board,
    tar_record,
)
from belenios.credentials import (
    SigningKey,
    credentials_json,
    derive,
    generate_credential,
    generate_uuid,
)
from belenios.election import Election, Question, make_election
from belenios.encoding import hex_hash
from belenios.group import get_group
from belenios.tally import partial_decryption
from belenios.trustees import TrusteeKey, generate_key, joint_key, trustees_json
from chassis.db import Database
from chassis.effects import apply_events
from chassis.events import Event, handlers_in
from chassis.testing import FrozenClock, an_envelope, recorded
from contracts.definition import parse_definition
from contracts.registration.events import (
    CandidacyRegistered,
    LotDrawn,
    PrimaryDefined,
    RollFrozen,
)
from contracts.voting.events import BallotAccepted, BallotBoxSealed, DistrictSetUp
from services.tally import decryptions, handlers, jobs, tallies, trustees
from services.tally.models import BoardRecord, Model
from services.tally.queries import records_from
from tests.support.definitions import a_definition_document

PRIMARY = "tiny-2020"
MAZHILIS = "mazhilis-kz-akm"
TOWN, VILLAGE = "KZ-111000000", "KZ-113200000"
TOWN_CONTEST = "maslikhat-kz-111000000"
BEFORE_VOTING = "2020-09-29T06:00:00+00:00"
AFTER_VOTING = "2020-10-03T09:00:00+00:00"
PUBLICATION = "2020-10-05T06:00:00+00:00"

_STAMP = 1_600_000_000

#: candidacy: (woman, young); the names are the candidacies' own
MAZHILIS_CANDIDATES = {
    "aidar": (False, False),
    "bolat": (False, False),
    "dana": (True, False),
    "ermek": (False, True),
}
TOWN_CANDIDATES = {"gulnar": (True, True), "nurlan": (False, False)}
Answers = Mapping[str, Sequence[str]]


def trustee_keys(group: str = "Ed25519") -> tuple[TrusteeKey, ...]:
    """The two trustees of all tests, with their private keys."""
    return _trustee_keys(group)


@cache
def _trustee_keys(group: str) -> tuple[TrusteeKey, ...]:
    return tuple(generate_key(get_group(group), token_bytes) for _ in range(2))


class BallotBox:
    """What voting would do for one board: its election, its ballots, its chain.

    `facts_of_…` are what voting's and registration's events about it say.
    """

    def __init__(
        self,
        questions: Mapping[str, Sequence[str]],
        *,
        board: str = TOWN,
        voters: int = 4,
        group: str = "Ed25519",
        keys: Sequence[TrusteeKey] | None = None,
        trustees: str | None = None,
    ) -> None:
        self.board = self.district = board
        self.questions = questions
        self.uuid = generate_uuid(token_bytes)
        self.group = get_group(group)
        self.trustees = trustees or trustees_json(
            [key.public for key in keys or trustee_keys(group)]
        )
        self.voters = [self._voter() for _ in range(voters)]
        self.election_text = make_election(
            uuid=self.uuid,
            group=group,
            public_key=joint_key(self.group, self.trustees),
            name=board,
            description="",
            questions=[_question(c, n) for c, n in questions.items()],
        )
        self.election = Election.parse(self.election_text)
        self.credentials = credentials_json({key.public: 1 for key in self.voters})
        self.entries = [
            open_board(_STAMP, self.election_text, self.trustees, self.credentials)
        ]
        self.cast_by: dict[str, int] = {}

    def _voter(self) -> SigningKey:
        return derive(self.group, self.uuid, generate_credential(token_bytes))

    @property
    def head(self) -> Entry:
        """The last entry."""
        return self.entries[-1]

    def seal_answers(self, voter: int, answers: Answers) -> str:
        """A ballot; a contest left out is answered blank."""
        votes = [_vote(n, answers.get(c, ())) for c, n in self.questions.items()]
        return create_ballot(self.election, self.voters[voter], votes, token_bytes)

    def cast(self, voter: int, **answers: Sequence[str]) -> dict[str, Any]:
        """Accept a ballot; contests are named by keyword, `_` for `-`."""
        named = {name.replace("_", "-"): chosen for name, chosen in answers.items()}
        return self.accept(self.seal_answers(voter, named), voter)

    def accept(self, ballot: str, voter: int = 0) -> dict[str, Any]:
        """Put any text on the board as a ballot; the facts of BallotAccepted."""
        self.cast_by[self.voters[voter].public] = self.head.height + 1
        entry = ballot_records(self.head.hash, self.head.height + 1, ballot)
        self.entries.append(entry)
        return self._located(record=record_of(entry, "Ballot"))

    def seal(self) -> dict[str, Any]:
        """End the ballots; the facts of BallotBoxSealed."""
        ballots = self.head.height
        self.entries.append(end_ballots(self.head.hash, ballots + 1))
        return self._located(
            height=self.head.height,
            head=self.head.hash,
            ballots=ballots,
            voters=len(self.cast_by),
            record=record_of(self.head, "EndBallots"),
        )

    def facts_of_roll(self) -> dict[str, Any]:
        """The facts of RollFrozen."""
        return self._located(
            uuid=self.uuid,
            eligible_count=len(self.voters),
            roll_hash="0" * 64,
            public_credentials=sorted(key.public for key in self.voters),
        )

    def facts_of_set_up(self) -> dict[str, Any]:
        """The facts of DistrictSetUp."""
        return self._located(
            uuid=self.uuid,
            fingerprint=self.election.fingerprint,
            head=self.entries[0].hash,
            timestamp=_STAMP,
            record=record_of(self.entries[0], "Setup"),
            questions=[
                {"contest": contest, "candidacies": list(names)}
                for contest, names in self.questions.items()
            ],
        )

    def _located(self, **facts: Any) -> dict[str, Any]:
        return {"district": self.district, "board": self.board, **facts}


class Tally:
    """The inside of tally: its database, its handlers, its timers, a clock."""

    def __init__(self, url: str, **definition: Any) -> None:
        self.db = Database(url)
        Model.metadata.create_all(self.db.engine)
        self.clock = FrozenClock(BEFORE_VOTING)
        self.document = a_definition_document(**definition)
        self.definition = parse_definition(self.document)
        self.hear(
            PrimaryDefined, rehearsal=False, document_hash="", document=self.document
        )

    def hear(self, event: type[Event], **facts: Any) -> None:
        """Let an event have its effect."""
        place = {"region": "KZ-AKM", "territory": facts.get("district", "KZ-AKM")}
        envelope = an_envelope(event, primary=PRIMARY, **place, **facts)
        apply_events(self.db, self.clock, handlers_in(handlers), [envelope])

    def announced(self, event: type[Event]) -> list[dict[str, Any]]:
        """What tally has announced of this kind."""
        with self.db.reading() as session:
            return recorded(session, event)

    def hand_in_keys(self, group: str = "Ed25519") -> None:
        """All trustees give their public keys."""
        for number, key in enumerate(trustee_keys(group), start=1):
            with self.db.transaction() as session:
                trustees.hand_in_key(
                    session,
                    self.clock,
                    primary=PRIMARY,
                    number=number,
                    record=dict(key.public),
                )

    def register(self, contest: str, people: Mapping[str, tuple[bool, bool]]) -> None:
        """Candidates of a contest."""
        for name, (woman, young) in people.items():
            self.hear(
                CandidacyRegistered,
                candidacy=name,
                contest=contest,
                route="self",
                woman=woman,
                young=young,
                member=f"member {name}",
                name=name,
                birth_year=1980,
                occupation="teacher",
            )

    def set_up(self, box: BallotBox) -> None:
        """A board with its roll."""
        self.hear(RollFrozen, **box.facts_of_roll())
        self.hear(DistrictSetUp, **box.facts_of_set_up())
        self.work()

    def cast(self, box: BallotBox, voter: int, **answers: Sequence[str]) -> None:
        """A ballot arrives."""
        self.hear(BallotAccepted, **box.cast(voter, **answers))

    def seal(self, box: BallotBox) -> None:
        """Voting seals a board."""
        self.hear(BallotBoxSealed, **box.seal())
        self.work()

    def draw_lot(self, value: str = "7, 14, 21") -> None:
        """Two officers enter the value for ties."""
        self.hear(LotDrawn, lot="ties", value=value, source="the lottery of 4 October")

    def work(self) -> None:
        """Let the timers do all that can be done now."""
        for _ in range(20):
            jobs.open_boards(self.db, self.clock)
            jobs.check_boards(self.db, self.clock)
            jobs.tally_boards(self.db, self.clock)
            jobs.decrypt_boards(self.db)
            jobs.publish_due(self.db, self.clock)
            if not jobs.jobs_waiting(self.db, self.clock):
                return
        raise AssertionError("the timers do not come to an end")

    def bundle(self) -> dict[str, Any]:
        """What the trustees fetch."""
        with self.db.reading() as session:
            return tallies.bundle(session, primary=PRIMARY, after="", limit=100)

    def submit(
        self, number: int, sent: list[dict[str, Any]], public_key: str | None = None
    ) -> dict[str, int]:
        """A trustee uploads decryptions, as the service's door takes them."""
        own = public_key or str(trustee_keys()[number - 1].public["public_key"])
        with self.db.reading() as session:
            given = decryptions.new_decryptions(
                session,
                primary=PRIMARY,
                trustee=number,
                public_key=own,
                sent=sent,
            )
        decryptions.check_decryptions(given)
        with self.db.transaction() as session:
            return decryptions.keep_decryptions(
                session, self.clock, primary=PRIMARY, trustee=number, given=given
            )

    def decrypt_all(self) -> None:
        """Every trustee decrypts every tally."""
        for number in (1, 2):
            self.submit(number, decrypted(self.bundle(), number))
        self.work()


def decrypted(bundle: Mapping[str, Any], number: int) -> list[dict[str, Any]]:
    """What a trustee's machine makes of the bundle."""
    return decrypted_with(bundle, trustee_keys()[number - 1].private)


def decrypted_with(bundle: Mapping[str, Any], private: str) -> list[dict[str, Any]]:
    """The same with any private key."""
    return [_decrypted(district, private) for district in bundle["districts"]]


def _decrypted(district: Mapping[str, Any], private: str) -> dict[str, Any]:
    election = Election.parse(district["election"])
    tally = district["encrypted_tally"]
    return {
        "district": district["district"],
        "fingerprint": election.fingerprint,
        "partial_decryption": partial_decryption(election, tally, private, token_bytes),
    }


def record_of(entry: Entry, kind: str) -> dict[str, Any]:
    """An entry as events carry it."""
    texts = [r.body.decode() for r in entry.records if r.name.endswith(".data.json")]
    return {
        "height": entry.height,
        "type": kind,
        "hash": entry.hash,
        "event": entry.event.decode(),
        "data": texts,
    }


def a_tally(directory: Path, **definition: Any) -> Tally:
    """A tally that knows its trustees and the candidates, before voting opens."""
    tally = Tally(f"sqlite:///{directory}/tally-{next(_numbers)}.db", **definition)
    tally.hand_in_keys()
    tally.register(MAZHILIS, MAZHILIS_CANDIDATES)
    tally.register(TOWN_CONTEST, TOWN_CANDIDATES)
    return tally


_numbers = itertools.count()


def a_town_box(**options: Any) -> BallotBox:
    """A board that asks about both chambers."""
    questions = {
        MAZHILIS: tuple(MAZHILIS_CANDIDATES),
        TOWN_CONTEST: tuple(TOWN_CANDIDATES),
    }
    return BallotBox(questions, board=TOWN, **options)


def a_village_box(**options: Any) -> BallotBox:
    """A board of the same region that asks about the Mazhilis alone."""
    return BallotBox({MAZHILIS: tuple(MAZHILIS_CANDIDATES)}, board=VILLAGE, **options)


def _question(contest: str, names: Sequence[str]) -> Question:
    most = min(2, len(names))
    return Question(question=contest, answers=tuple(names), blank=True, min=1, max=most)


def _vote(names: Sequence[str], chosen: Sequence[str]) -> list[int]:
    return [int(not chosen), *(int(name in chosen) for name in names)]


def archive_of(tally: Tally, board: str) -> bytes:
    """The `.bel` file that tally's copy of a board makes."""
    with tally.db.reading() as session:
        rows = records_from(session, (PRIMARY, board), first=0, limit=1000)
    records = [record for row in rows for record in _archived(row)]
    return archive_header(_STAMP) + b"".join(
        tar_record(name, body.encode(), _STAMP) for name, body in records
    )


def _archived(row: BoardRecord) -> list[tuple[str, str]]:
    data = [(f"{hex_hash(text.encode())}.data.json", text) for text in row.data]
    return [*data, (f"{row.hash}.event.json", row.event)]
