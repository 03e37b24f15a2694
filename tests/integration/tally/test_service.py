"""The running tally: told over the bus, asked over the bus, on either pair."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from belenios.board import archive_header, tar_record
from belenios.encoding import dumps, hex_hash
from belenios.verification import verify_archive
from chassis import outbox
from chassis.auth import Grant, Role
from chassis.clock import SharedClock, set_clock
from chassis.errors import InvalidPayload, NotSignedIn, RoleMissing
from chassis.events import Event
from chassis.migrations import upgrade
from chassis.operations import Operation
from chassis.rpc import RpcClient
from chassis.shared_operations import CountBacklog, ListPublicEvents, asked_of
from chassis.testing import (
    a_principal,
    a_token,
    eventually,
    running,
    test_environment,
)
from contracts.registration.events import (
    CandidacyRegistered,
    LotDrawn,
    PrimaryDefined,
    RollFrozen,
)
from contracts.tally import errors, operations
from contracts.tally.events import BoardRecordAppended, TrusteesReady
from contracts.voting.events import (
    BallotAccepted,
    BallotBoxSealed,
    DistrictSetUp,
    ProtocolAccepted,
    StationsAnnounced,
)
from services.tally.service import TallyService
from tests.integration.tally.neighbours import (
    RegistrationStandIn,
    VotingStandIn,
)
from tests.support.definitions import a_definition_document
from tests.support.stand_ins import database_of, make_tables
from tests.support.tally import (
    AFTER_VOTING,
    BEFORE_VOTING,
    MAZHILIS,
    MAZHILIS_CANDIDATES,
    PRIMARY,
    PUBLICATION,
    TOWN,
    TOWN_CANDIDATES,
    TOWN_CONTEST,
    VILLAGE,
    BallotBox,
    a_town_box,
    a_village_box,
    trustee_keys,
)
from tools.trustee import CONSENT, trustee

IDLE = {"unpublished": 0, "unread": 0, "jobs": 0}


class Platform:
    """A running tally and people who ask it for things."""

    def __init__(self, client: RpcClient, clock: Path) -> None:
        self.client, self._clock_file = client, clock
        self.clock = SharedClock(clock)

    def set_clock(self, instant: str) -> None:
        set_clock(self._clock_file, datetime.fromisoformat(instant))

    def tell(self, event: type[Event], **facts: Any) -> None:
        place = {"region": "KZ-AKM", "territory": facts.get("district", "KZ-AKM")}
        with database_of(event.service).transaction() as session:
            outbox.record(session, self.clock, event, primary=PRIMARY, **place, **facts)

    def ask(
        self, operation: type[Operation], *roles: Grant | Role, **facts: Any
    ) -> dict[str, Any]:
        token = None
        if roles:
            principal = a_principal(*roles, primary=PRIMARY)
            token = a_token(principal, self.clock)
        return self.client.call(operation, {"primary": PRIMARY, **facts}, token)

    def is_idle(self) -> bool:
        return all(
            self.client.call(asked_of(CountBacklog, service), {}) == IDLE
            for service in ("registration", "voting", "tally")
        )

    def settle(self) -> None:
        eventually(lambda: self.is_idle() and self.is_idle())


def start(
    environment: dict[str, str], directory: Path, url_of: Callable[[str], str]
) -> Iterator[Platform]:
    clock = directory / "clock"
    set_clock(clock, datetime.fromisoformat(BEFORE_VOTING))
    urls = {name: url_of(name) for name in ("registration", "voting", "tally")}
    upgrade("tally", urls["tally"])
    for name in ("registration", "voting"):
        make_tables(urls[name])
    environment |= {
        "PRIMARIES_CLOCK_FILE": str(clock),
        **{f"PRIMARIES_{n.upper()}_DATABASE_URL": url for n, url in urls.items()},
    }
    VotingStandIn.heard.clear()
    services = (TallyService, RegistrationStandIn, VotingStandIn)
    with running(*services, environment=environment) as client:
        yield Platform(client, clock)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Platform]:
    yield from start(
        test_environment(tmp_path),
        tmp_path,
        lambda name: f"sqlite:///{tmp_path}/{name}.db",
    )


@pytest.fixture
def production(
    tmp_path: Path, rabbitmq_vhost: str, fresh_database: Callable[[str], str]
) -> Iterator[Platform]:
    environment = test_environment(tmp_path, PRIMARIES_AMQP_URI=rabbitmq_vhost)
    yield from start(environment, tmp_path, fresh_database)


@pytest.fixture(
    params=["embedded", pytest.param("production", marks=pytest.mark.integration)]
)
def platform(request: pytest.FixtureRequest) -> Platform:
    return request.getfixturevalue(request.param)


def a_trustee(number: int) -> Grant:
    return Grant(role=Role.TRUSTEE, scope=str(number))


def define(platform: Platform, **changes: Any) -> None:
    document = a_definition_document(**changes)
    platform.tell(PrimaryDefined, rehearsal=False, document_hash="", document=document)
    for contest, people in (
        (MAZHILIS, MAZHILIS_CANDIDATES),
        (TOWN_CONTEST, TOWN_CANDIDATES),
    ):
        for name, (woman, young) in people.items():
            platform.tell(
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
    platform.settle()


def hand_in_keys(platform: Platform) -> None:
    for number, key in enumerate(trustee_keys(), start=1):
        platform.ask(
            operations.HandInKey, a_trustee(number), public_key=dict(key.public)
        )


def vote(platform: Platform) -> tuple[BallotBox, BallotBox]:
    """Two boards: on the way from one of them a ballot gets lost."""
    town, village = a_town_box(), a_village_box()
    VotingStandIn.boxes = {TOWN: town, VILLAGE: village}
    for box in (town, village):
        platform.tell(RollFrozen, **box.facts_of_roll())
        platform.tell(DistrictSetUp, **box.facts_of_set_up())
    platform.tell(
        BallotAccepted,
        **town.cast(0, mazhilis_kz_akm=["aidar"], maslikhat_kz_111000000=["nurlan"]),
    )
    town.cast(1, mazhilis_kz_akm=["dana", "bolat"])
    platform.tell(BallotAccepted, **town.cast(0, mazhilis_kz_akm=["dana"]))
    platform.tell(BallotAccepted, **village.cast(2, mazhilis_kz_akm=["aidar"]))
    return town, village


def seal(platform: Platform, *boxes: BallotBox) -> None:
    platform.set_clock(AFTER_VOTING)
    platform.tell(StationsAnnounced, district=VILLAGE, stations=["school-1"])
    for box in boxes:
        platform.tell(BallotBoxSealed, **box.seal())
    votes = {"ermek": 3, "bolat": 1}
    count = {"contest": MAZHILIS, "valid": 3, "blank": 1, "spoilt": 0, "votes": votes}
    platform.tell(
        ProtocolAccepted,
        station="school-1",
        district=VILLAGE,
        version=1,
        issued=4,
        protocol_hash="",
        counts=[count],
    )
    platform.settle()


def heard(event: type[Event]) -> list[Any]:
    return [facts for each, facts in VotingStandIn.heard if each is event]


def decrypt_offline(
    bundle: dict[str, Any], number: int, folder: Path
) -> dict[str, Any]:
    """What the trustee's own command makes of the bundle, as it is uploaded."""
    key, tallies, out = (folder / f"{name}-{number}" for name in ("key", "in", "out"))
    key.write_text(dumps(trustee_keys()[number - 1].private))
    tallies.write_text(json.dumps(bundle))
    arguments = ["decrypt", "--key", key, "--tallies", tallies, "--out", out]
    done = CliRunner().invoke(trustee, [*map(str, arguments), "--allow-small", CONSENT])
    assert done.exit_code == 0, done.output
    content = json.loads(out.read_text())
    assert content.pop("primary") == PRIMARY
    return content


def archive_of(box: BallotBox) -> bytes:
    """What voting's board has, the count's records included."""
    appended = [f for f in heard(BoardRecordAppended) if f.board == box.board]
    told = [facts.record for facts in appended]
    stamp = 1_600_000_000
    archive = b"".join(entry.to_archive(stamp) for entry in box.entries)
    for record in told:
        for text in record["data"]:
            name = f"{hex_hash(text.encode())}.data.json"
            archive += tar_record(name, text.encode(), stamp)
        event = record["event"].encode()
        archive += tar_record(f"{record['hash']}.event.json", event, stamp)
    assert archive.startswith(archive_header(stamp))
    return archive


def count(platform: Platform, folder: Path) -> tuple[BallotBox, BallotBox]:
    """Everything up to the last partial decryption."""
    define(platform)
    hand_in_keys(platform)
    boxes = vote(platform)
    seal(platform, *boxes)
    bundle = platform.ask(operations.ListTallies, a_trustee(1))
    for number in (1, 2):
        answer = platform.ask(
            operations.SubmitPartialDecryptions,
            a_trustee(number),
            **decrypt_offline(bundle, number, folder),
        )
        assert answer == {"trustee": number, "accepted": 2, "known": 0, "missing": 0}
    platform.settle()
    return boxes


def test_a_primary_is_counted_over_the_bus(platform: Platform, tmp_path: Path):
    boxes = count(platform, tmp_path)
    with pytest.raises(errors.ResultsNotPublished):
        platform.ask(operations.ReadResults)
    platform.tell(LotDrawn, lot="ties", value="7, 14, 21", source="the lottery")
    platform.settle()

    platform.set_clock(PUBLICATION)
    platform.settle()

    check_published(platform)
    for box in boxes:
        assert verify_archive(io.BytesIO(archive_of(box))).result is not None
    assert platform.ask(operations.ReadCount)["states"] == {"counted": 2}


def check_published(platform: Platform) -> None:
    results = platform.ask(operations.ReadResults)
    mazhilis = results["contests"][0]
    assert results["published_at"] == "2020-10-05T06:00:00Z"
    assert (mazhilis["ballots"], mazhilis["blank"]) == (7, 1)
    votes = {c["candidate"]: c["votes"] for c in mazhilis["candidates"]}
    assert votes == {"aidar": 1, "bolat": 2, "dana": 2, "ermek": 3}
    lists = platform.ask(operations.ReadPartyLists)["lists"]
    assert [each["contest"] for each in lists] == [MAZHILIS, TOWN_CONTEST]
    one = platform.ask(operations.ReadContestResult, contest=MAZHILIS)
    assert one["lot"] == {"value": "7, 14, 21", "source": "the lottery"}
    newest = platform.ask(operations.ReadPartyList, contest=MAZHILIS)
    assert (newest["version"], newest["list"]) == (1, lists[0])


def test_what_tally_says_in_public_names_no_person_and_hides_no_step(
    embedded: Platform,
):
    define(embedded)
    hand_in_keys(embedded)
    embedded.settle()
    (box, village) = vote(embedded)
    seal(embedded, box, village)

    assert len(heard(TrusteesReady)) == 1
    shown = embedded.client.call(asked_of(ListPublicEvents, "tally"), {})["items"]

    kinds = [each["type"].split(".")[1] for each in shown]
    assert kinds == ["trustees_ready", *["board_record_appended"] * 2]
    assert all("record" not in each["data"] for each in shown)


def test_a_wrong_decryption_is_refused_over_the_bus_and_nothing_is_kept(
    embedded: Platform, tmp_path: Path
):
    define(embedded)
    hand_in_keys(embedded)
    boxes = vote(embedded)
    seal(embedded, *boxes)
    bundle = embedded.ask(operations.ListTallies, a_trustee(1))
    sent = decrypt_offline(bundle, 1, tmp_path)
    first, second = sent["partial_decryptions"]
    swapped = [first, {**second, "partial_decryption": first["partial_decryption"]}]

    with pytest.raises(errors.WrongPartialDecryption) as refusal:
        embedded.ask(
            operations.SubmitPartialDecryptions,
            a_trustee(1),
            trustee_public_key=sent["trustee_public_key"],
            partial_decryptions=swapped,
        )

    assert refusal.value.params["board"] == VILLAGE
    boards = embedded.ask(operations.ReadCount)["boards"]
    assert [board["decryptions"] for board in boards] == [0, 0]


def test_the_keys_that_trustees_make_offline_together_are_taken(
    embedded: Platform, tmp_path: Path
):
    define(embedded, trustees=3, threshold=2)
    desks = [tmp_path / name for name in ("first", "second", "third")]
    made = make_keys_together(tmp_path, desks)

    for number, desk in enumerate(desks, start=1):
        output = json.loads((desk / "output.json").read_text(encoding="utf-8"))
        answer = embedded.ask(
            operations.HandInKey,
            a_trustee(number),
            public_key=output["public_key"],
            threshold_keys=made.read_text(encoding="utf-8"),
        )
        assert answer["threshold_keys_hash"] == hex_hash(made.read_bytes())

    shown = embedded.ask(operations.ListTrustees)
    assert (shown["needed"], shown["threshold"]) == (3, 2)
    eventually(lambda: heard(TrusteesReady))
    assert heard(TrusteesReady)[0].public_key == shown["public_key"]


def make_keys_together(folder: Path, desks: list[Path]) -> Path:
    """Six steps with files, as trustees and whoever gathers for them do them."""
    certificates, made = folder / "certificates.jsons", folder / "threshold.json"
    known = ["--certificates", str(certificates)]
    gathered = folder / "gathered"

    def files(name: str) -> list[str]:
        return [str(desk / name) for desk in desks]

    for desk in desks:
        offline("step1", "--folder", str(desk))
    offline("step2", "--out", str(certificates), *files("certificate.json"))
    for desk in desks:
        offline("step3", "--folder", str(desk), *known, "--threshold", "2")
    offline("step4", *known, "--out", str(gathered), *files("polynomial.json"))
    for number, desk in enumerate(desks, start=1):
        received = str(gathered / f"input-{number}.json")
        offline("step5", "--folder", str(desk), "--input", received)
    polynomials = ["--polynomials", str(gathered / "polynomials.jsons")]
    outputs = files("output.json")
    offline("step6", *known, *polynomials, "--out", str(made), *outputs)
    return made


def offline(*arguments: str) -> None:
    done = CliRunner().invoke(trustee, ["threshold", *arguments])
    assert done.exit_code == 0, done.output


def test_only_trustees_may_do_what_trustees_do(embedded: Platform):
    define(embedded)
    key = dict(trustee_keys()[0].public)

    with pytest.raises(NotSignedIn):
        embedded.ask(operations.ListTallies)
    with pytest.raises(RoleMissing):
        embedded.ask(operations.HandInKey, Role.OFFICER, public_key=key)
    with pytest.raises(errors.NotOneTrustee):
        embedded.ask(operations.HandInKey, a_trustee(3), public_key=key)
    with pytest.raises(InvalidPayload):
        embedded.ask(operations.HandInKey, a_trustee(1), public_key={**key, "x": 1})

    assert embedded.ask(operations.ListTrustees)["trustees"] == []
