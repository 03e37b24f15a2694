"""A primary as voting knows it: roll, trustees, candidates, and voters who vote."""

from __future__ import annotations

import base64
import io
import re
import secrets
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from belenios import board as chain
from belenios.ballots import check_ballot, create_ballot, tracker
from belenios.board import Entry
from belenios.credentials import (
    SigningKey,
    derive,
    generate_credential,
    generate_uuid,
)
from belenios.election import Election
from belenios.group import get_group
from belenios.tally import (
    EncryptedTally,
    compute_result,
    owned_json,
    partial_decryption,
)
from belenios.trustees import (
    TrusteeKey,
    Trustees,
    generate_key,
    joint_key,
    trustees_json,
)
from belenios.verification import Report, verify_archive
from chassis.auth import Grant, Principal, Role, Voter
from chassis.db import Database
from chassis.effects import apply_events
from chassis.events import Event, handlers_in
from chassis.messages import messages_to
from chassis.testing import FrozenClock, a_principal, an_envelope
from chassis.vault import Vault
from contracts.definition import Definition
from contracts.registration.events import (
    BallotFinalised,
    CalendarChanged,
    CandidacyRegistered,
    PrimaryDefined,
    RollFrozen,
)
from contracts.tally.events import BoardRecordAppended, TrusteesReady
from services.voting import (
    ballots,
    boards,
    confirmations,
    handlers,
    jobs,
    models,
    queries,
    registers,
    stations,
)
from tests.support.definitions import a_definition

DISTRICT = "KZ-111000000"
OTHER_DISTRICT = "KZ-113200000"
ROLL_VAULT = Vault(b"what two services share: 32 byte")
OWN_VAULT = Vault(b"what only voting knows: 32 bytes")

BEFORE_VOTING = "2020-09-30T15:00:00+00:00"
DURING_VOTING = "2020-10-01T06:30:00+00:00"
PAPER_OPEN = "2020-10-03T02:00:00+00:00"
CLOSING = datetime.fromisoformat("2020-10-03T08:00:00+00:00")
PUBLICATION = "2020-10-05T06:00:00+00:00"

Votes = list[list[int]]
#: one candidate in each question, blank in none
FIRST: Votes = [[0, 1, 0, 0]] * 3
SECOND: Votes = [[0, 0, 1, 0]] * 3


class Roll:
    """The voters of one board, with the secrets that voting never sees."""

    def __init__(self, group: str, district: str, board: str, size: int) -> None:
        self.district, self.board = district, board
        self.uuid = generate_uuid(secrets.token_bytes)
        self.voters = [
            Voter(reference=f"{board}-voter-{number}", board=board)
            for number in range(size)
        ]
        prefix = f"+7{secrets.randbelow(10**5):05}"
        self.telephones = {
            voter.reference: f"{prefix}{number:04}"
            for number, voter in enumerate(self.voters)
        }
        self.keys: dict[str, SigningKey] = {
            voter.reference: derive(
                get_group(group), self.uuid, generate_credential(secrets.token_bytes)
            )
            for voter in self.voters
        }

    def page(self, after: str | None, limit: int) -> dict[str, Any]:
        """What registration's ListRoll answers."""
        lines = [
            {
                "voter": reference,
                "telephone": base64.b64encode(
                    ROLL_VAULT.encrypt(telephone, purpose="roll")
                ).decode(),
            }
            for reference, telephone in sorted(self.telephones.items())
            if after is None or reference > after
        ]
        more = lines[limit - 1]["voter"] if len(lines) > limit else None
        return {"items": lines[:limit], "next": more}


class PrimaryInVoting:
    """Voting's database with one primary, told about it as the others would."""

    def __init__(
        self, db: Database, *, voters: int = 3, boards: int = 1, **overrides: object
    ) -> None:
        self.db = db
        self.clock = FrozenClock(BEFORE_VOTING)
        self.definition: Definition = a_definition(**overrides)
        self.group = self.definition.group
        names = [DISTRICT, OTHER_DISTRICT][:boards]
        self.rolls = {name: Roll(self.group, name, name, voters) for name in names}
        self.trustees: list[TrusteeKey] = [
            generate_key(get_group(self.group), secrets.token_bytes) for _ in range(2)
        ]

    # --- what the others say ----------------------------------------------------

    @property
    def primary(self) -> str:
        return self.definition.primary

    def tell(self, event: type[Event], **facts: Any) -> None:
        """Let an event have its effect, as the subscription would."""
        place = {"primary": self.primary, "region": "KZ", "territory": "KZ"}
        envelope = an_envelope(event, **(place | facts))
        apply_events(self.db, self.clock, handlers_in(handlers), [envelope])

    def define(self) -> None:
        self.tell(
            PrimaryDefined,
            rehearsal=self.definition.rehearsal,
            document_hash="",
            document=self.definition.document,
        )

    def freeze_rolls(self) -> None:
        for roll in self.rolls.values():
            self.tell(
                RollFrozen,
                district=roll.district,
                board=roll.board,
                uuid=roll.uuid,
                eligible_count=len(roll.voters),
                roll_hash="",
                public_credentials=sorted(key.public for key in roll.keys.values()),
            )

    def make_key(self) -> None:
        listed = trustees_json([key.public for key in self.trustees])
        self.tell(
            TrusteesReady,
            group=self.group,
            public_key=joint_key(get_group(self.group), listed),
            trustee_count=len(self.trustees),
            trustees=listed,
        )

    def finalise_ballots(self, **names: list[str]) -> None:
        contests = {
            contest.id
            for roll in self.rolls.values()
            for contest in self.definition.contests_of_district(roll.district)
        }
        for contest in sorted(contests):
            self.finalise_ballot(
                contest, names.get(contest, ["Aigul", "Berik", "Dana"])
            )

    def finalise_ballot(self, contest: str, names: list[str]) -> None:
        candidates = [
            {"candidacy": f"{contest}:{number}", "name": name}
            for number, name in enumerate(names)
        ]
        self.tell(
            BallotFinalised,
            contest=contest,
            candidate_count=len(names),
            candidates=candidates,
        )

    def register_candidacy(self, candidacy: str, contest: str, year: int) -> None:
        self.tell(
            CandidacyRegistered,
            candidacy=candidacy,
            contest=contest,
            route="self",
            woman=True,
            young=True,
            member="m",
            name="",
            birth_year=year,
            occupation="teacher",
        )

    def change_closing(self, closes_at: datetime, *, version: int = 2) -> None:
        calendar = self.definition.calendar.with_closing("voting", closes_at)
        document = calendar.to_document() | {"version": version}
        self.tell(CalendarChanged, version=version, calendar=document, reason="Weather")

    def list_roll(self, _operation: object, question: dict[str, Any]) -> dict[str, Any]:
        """Registration's answer to ListRoll, two voters a page."""
        roll = self.rolls[question["board"]]
        return roll.page(question.get("after"), limit=2)

    def set_up(self) -> PrimaryInVoting:
        """All of the above, and the boards are made."""
        self.define()
        self.freeze_rolls()
        self.make_key()
        self.finalise_ballots()
        self.make_boards()
        return self

    def make_boards(self) -> None:
        vaults = (OWN_VAULT, ROLL_VAULT)
        jobs.set_up_boards(self.db, self.clock, self.list_roll, vaults)

    # --- voters -------------------------------------------------------------------

    def voter(self, number: int = 0, board: str = DISTRICT) -> Voter:
        return self.rolls[board].voters[number]

    def signing_key(self, voter: Voter) -> SigningKey:
        return self.rolls[voter.board].keys[voter.reference]

    def telephone(self, voter: Voter) -> str:
        return self.rolls[voter.board].telephones[voter.reference]

    def election(self, board: str = DISTRICT) -> Election:
        with self.db.reading() as session:
            view = queries.show_election(session, primary=self.primary, board=board)
        return Election.parse(view["election"])

    def seal(
        self, voter: Voter, votes: Votes = FIRST, *, key: SigningKey | None = None
    ) -> str:
        """A ballot, sealed on the voter's own device."""
        election = self._elections.setdefault(voter.board, self.election(voter.board))
        return create_ballot(
            election, key or self.signing_key(voter), votes, secrets.token_bytes
        )

    @cached_property
    def _elections(self) -> dict[str, Election]:
        return {}

    def request_code(self, voter: Voter | None, ballot: str) -> None:
        with self.db.transaction() as session:
            confirmations.request_confirmation(
                session,
                self.clock,
                OWN_VAULT,
                primary=self.primary,
                voter=voter,
                tracker=tracker(ballot),
            )

    def code_for(self, voter: Voter, ballot: str) -> str:
        """Ask for a code and read it from the telephone."""
        self.clock.tick(minutes=1)
        self.request_code(voter, ballot)
        return self.newest_code(voter)

    def newest_code(self, voter: Voter) -> str:
        texts = [m.text for m in self.messages(voter) if m.purpose == "confirmation"]
        found = re.search(r"\b[0-9]{6}\b", texts[0])
        assert found
        return found.group()

    def messages(self, voter: Voter) -> list[Any]:
        with self.db.reading() as session:
            return messages_to(session, OWN_VAULT, telephone=self.telephone(voter))

    def cast(self, voter: Voter | None, ballot: str, code: str, **facts: Any) -> Any:
        facts = {"arrived_at": self.clock.now()} | facts
        return ballots.cast_ballot(
            self.db,
            self.clock,
            OWN_VAULT,
            primary=self.primary,
            voter=voter,
            ballot=ballot,
            code=code,
            **facts,
        )

    def vote(self, voter: Voter, votes: Votes = FIRST) -> tuple[str, dict[str, Any]]:
        """Seal, confirm and cast; the ballot and its receipt."""
        ballot = self.seal(voter, votes)
        return ballot, self.cast(voter, ballot, self.code_for(voter, ballot))

    def vote_of(self, voter: Voter) -> str:
        with self.db.reading() as session:
            shown = registers.show_my_vote(session, primary=self.primary, voter=voter)
        return shown["status"]

    # --- stations -------------------------------------------------------------------

    def import_stations(self, *names: str, district: str = DISTRICT) -> None:
        listed = [
            {"station": name, "district": district, "name": name, "address": "Main St"}
            for name in names
        ]
        with self.db.transaction() as session:
            stations.import_stations(
                session, self.clock, officer(), primary=self.primary, stations=listed
            )

    def mark(self, voter: Voter, station: str = "school") -> dict[str, Any]:
        with self.db.transaction() as session:
            return registers.mark_voter(
                session,
                self.clock,
                station_officer(station),
                primary=self.primary,
                station=station,
                voter=voter,
            )

    # --- boards ---------------------------------------------------------------------

    def seal_box(self) -> None:
        """Let the closing instant and the grace pass, and the timer do its work."""
        self.clock.set(CLOSING + boards.GRACE)
        jobs.seal_boards(self.db, self.clock)

    def board(self, board: str = DISTRICT) -> dict[str, Any]:
        with self.db.reading() as session:
            return queries.show_board(session, primary=self.primary, board=board)

    def archive(self, board: str = DISTRICT, *, limit: int = 3) -> bytes:
        """The archive, as its readers get it: stretch by stretch."""
        chunks: list[bytes] = []
        after: int | None = -1
        while after is not None:
            with self.db.reading() as session:
                page = queries.read_archive(
                    session, primary=self.primary, board=board, after=after, limit=limit
                )
            chunks.append(base64.b64decode(page["chunk"]))
            after = page["next"]
        return b"".join(chunks)

    def entries_of_the_count(self, ballots: list[str]) -> list[Entry]:
        """What tally and the trustees make of the ballots that count."""
        election = self.election()
        total = EncryptedTally(election)
        for ballot in ballots:
            total.add(check_ballot(election, ballot).ciphertexts)
        tally = total.to_json()
        partials = {
            owner: partial_decryption(election, tally, key.private, secrets.token_bytes)
            for owner, key in enumerate(self.trustees, start=1)
        }
        listed = trustees_json([key.public for key in self.trustees])
        trustees = Trustees.parse(election.group, listed)
        result = compute_result(election, trustees, tally, partials, total.total_weight)
        head, height = self.board()["head"], self.board()["height"]
        made = [chain.encrypted_tally(head, height + 1, tally, total.sized_json())]
        for owner, partial in partials.items():
            head, height = made[-1].hash, made[-1].height
            owned = owned_json(owner, partial)
            made.append(chain.partial_decryption(head, height + 1, partial, owned))
        made.append(chain.result(made[-1].hash, made[-1].height + 1, result))
        return made

    def append(self, entry: Entry, **changes: Any) -> None:
        """Tell voting of an entry, as tally does."""
        record = {
            "height": entry.height,
            "type": chain.Event.parse(entry.event.decode()).type.value,
            "hash": entry.hash,
            "event": entry.event.decode(),
            "data": [each.body.decode() for each in entry.records[:-1]],
        }
        self.tell(
            BoardRecordAppended,
            district=DISTRICT,
            board=DISTRICT,
            height=entry.height,
            record_type=record["type"],
            head=entry.hash,
            record=record | changes,
        )

    def verify(self, board: str = DISTRICT) -> Report:
        return verify_archive(io.BytesIO(self.archive(board)))


def officer(scope: str = "") -> Principal:
    return a_principal(Grant(role=Role.OFFICER, scope=scope), primary="tiny-2020")


def station_officer(
    station: str, *, subject: str = "1f6f0f0e-0000-4000-8000-00000000000a"
) -> Principal:
    grant = Grant(role=Role.STATION_OFFICER, scope=station)
    return a_principal(grant, subject=subject, primary="tiny-2020")


def a_database(directory: Path) -> Database:
    """Voting's tables in a file."""
    database = Database(f"sqlite:///{directory}/voting.db")
    models.Model.metadata.create_all(database.engine)
    return database


def rows(db: Database, model: type[Any]) -> list[Any]:
    """Everything in a table."""
    with db.reading() as session:
        return list(session.query(model))
