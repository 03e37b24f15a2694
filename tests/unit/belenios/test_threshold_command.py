"""The ceremony of threshold trustees and the fire drill, as people run them."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from belenios.ceremony import decryption_key
from belenios.channel import Identity
from belenios.encoding import dumps
from belenios.group import get_group
from belenios.tally import check_partial_decryption
from belenios.trustees import Trustees
from tests.unit.belenios.elections import Primary
from tools.trustee import trustee

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


def run(*arguments: object) -> Result:
    return CliRunner().invoke(trustee, [str(argument) for argument in arguments])


def fine(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    return result.output


class Room:
    """Three trustees' folders and the table on which they lay what they send."""

    def __init__(self, place: Path, group: str = "Ed25519", size: int = 3) -> None:
        self.group = group
        self.table = place / "table"
        self.desks = [place / f"trustee-{number}" for number in range(1, size + 1)]
        self.certificates = self.table / "certificates.jsons"
        self.sorted = self.table / "sorted"
        self.item = self.table / "threshold.json"
        self.trustees = self.table / "trustees.json"

    def sent(self, name: str) -> list[Path]:
        return [desk / name for desk in self.desks]

    def step1(self) -> Room:
        for desk in self.desks:
            fine("threshold", "step1", "--folder", desk, "--group", self.group)
        return self

    def step2(self) -> Room:
        out = ("--out", self.certificates, "--group", self.group)
        fine("threshold", "step2", *out, *self.sent("certificate.json"))
        return self

    def deal(self, desk: Path, least: int = 2) -> tuple[object, ...]:
        options = ("--certificates", self.certificates, "--threshold", least)
        return ("threshold", "step3", "--folder", desk, *options)

    def step3(self) -> Room:
        for desk in self.desks:
            fine(*self.deal(desk))
        return self

    def sort(self, *polynomials: Path) -> tuple[object, ...]:
        files = ("--certificates", self.certificates, "--out", self.sorted)
        return ("threshold", "step4", *files, "--group", self.group, *polynomials)

    def step4(self) -> Room:
        fine(*self.sort(*reversed(self.sent("polynomial.json"))))
        return self

    def confirm(self, desk: Path, number: int) -> tuple[object, ...]:
        received = self.sorted / f"input-{number}.json"
        return ("threshold", "step5", "--folder", desk, "--input", received)

    def step5(self) -> Room:
        for number, desk in enumerate(self.desks, start=1):
            fine(*self.confirm(desk, number))
        return self

    def gather(self, *outputs: Path) -> tuple[object, ...]:
        files = ("--certificates", self.certificates, "--out", self.item)
        kept = ("--polynomials", self.sorted / "polynomials.jsons")
        options = (*files, *kept, "--group", self.group)
        return ("threshold", "step6", *options, *outputs)

    def step6(self) -> Room:
        fine(*self.gather(*self.sent("output.json")))
        return self

    def list(self, *keys: Path) -> Room:
        options = ("--threshold", self.item, "--group", self.group)
        fine("list", *options, "--out", self.trustees, *keys)
        return self

    def keys(self, number: int) -> tuple[object, ...]:
        desk = self.desks[number - 1]
        files = ("--key", desk / "threshold.key")
        return (*files, "--decryption-key", desk / "decryption.key")


def after_step(place: Path, last: int, **facts: object) -> Room:
    room = Room(place, **facts)  # type: ignore[arg-type]
    for number in range(1, last + 1):
        getattr(room, f"step{number}")()
    return room


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_six_steps_make_a_key_that_any_two_of_three_hold(tmp_path: Path, group: str):
    room = after_step(tmp_path, 6, group=group)

    item = json.loads(room.item.read_text("utf-8"))
    assert item["threshold"] == 2
    trustees = Trustees.parse(get_group(group), dumps([["Pedersen", item]]))
    for desk, member in zip(room.desks, trustees.members, strict=True):
        me = Identity.of((desk / "threshold.key").read_text("utf-8"))
        sealed = (desk / "decryption.key").read_text("utf-8")
        share = int(decryption_key(trustees.group, me, sealed))
        assert trustees.group.power_g(share) == member


def test_what_a_trustee_keeps_is_readable_by_nobody_else(tmp_path: Path):
    room = after_step(tmp_path, 5)

    for desk in room.desks:
        kept = [desk / "threshold.key", desk / "decryption.key"]
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
        seed = kept[0].read_text("utf-8")
        others = {*desk.iterdir(), *room.sorted.iterdir(), room.certificates} - {*kept}
        assert not any(seed in path.read_text("utf-8") for path in others)


def test_each_step_says_what_to_do_with_what_it_made(tmp_path: Path):
    room = Room(tmp_path)
    said = fine("threshold", "step1", "--folder", room.desks[0])

    assert "Keep it offline" in said
    assert f"{room.desks[0] / 'certificate.json'}\n  Send this file." in said
    assert (room.desks[0] / "threshold.key").read_text("utf-8") not in said
    room.step1().step2()
    assert "Any 2 of the 3 trustees" in fine(*room.deal(room.desks[0]))


def test_a_step_done_before_is_not_done_again(tmp_path: Path):
    room = after_step(tmp_path, 6)
    desk = room.desks[0]
    before = {path: path.read_bytes() for path in desk.iterdir()}

    for arguments in (
        ("threshold", "step1", "--folder", desk),
        room.deal(desk),
        room.confirm(desk, 1),
    ):
        assert "was done before; nothing was changed" in fine(*arguments)
    assert before == {path: path.read_bytes() for path in desk.iterdir()}


@pytest.mark.parametrize(
    ("done", "lost"),
    [
        (1, ["certificate.json"]),
        (1, ["certificate.json", "threshold.key"]),
        (3, ["polynomial.json"]),
        (3, ["polynomial.json", "threshold"]),
        (5, ["output.json"]),
        (5, ["output.json", "decryption.key", "input.json"]),
    ],
)
def test_an_interrupted_step_is_run_again(tmp_path: Path, done: int, lost: list[str]):
    room = after_step(tmp_path, done)
    for name in lost:
        (room.desks[1] / name).unlink()

    getattr(room, f"step{done}")()

    for number in range(done + 1, 7):
        getattr(room, f"step{number}")()
    assert room.item.exists()


def test_steps_in_the_wrong_order_are_refused(tmp_path: Path):
    room, other = after_step(tmp_path / "a", 2), after_step(tmp_path / "b", 4)
    fresh = tmp_path / "fresh"

    assert "step 1 comes first" in refused(*room.deal(fresh))
    assert "step 3 comes first" in refused(*other.confirm(room.desks[0], 1))
    assert not fresh.exists()
    assert not (room.desks[0] / "output.json").exists()


def test_files_of_another_ceremony_are_refused(tmp_path: Path):
    room, other = after_step(tmp_path / "a", 5), after_step(tmp_path / "b", 5)
    first = room.desks[0]

    assert "of another ceremony" in refused(*other.deal(first))
    assert "of another ceremony" in refused(*room.deal(first, least=3))
    assert "another input" in refused(*other.confirm(first, 1))
    (first / "output.json").unlink()
    assert "another input" not in refused(*other.confirm(first, 1))
    assert not (first / "output.json").exists()
    shutil.rmtree(room.sorted)
    mixed = [*room.sent("polynomial.json")[:2], other.desks[2] / "polynomial.json"]
    assert "none of these trustees signed" in refused(*room.sort(*mixed))
    assert not room.sorted.exists()


def test_outputs_of_another_ceremony_are_refused(tmp_path: Path):
    room, other = after_step(tmp_path / "a", 5), after_step(tmp_path / "b", 5)
    mixed = [*room.sent("output.json")[:2], other.desks[2] / "output.json"]

    assert "one output of each trustee" in refused(*room.gather(*mixed))
    assert not room.item.exists()


def test_a_folder_belongs_to_one_group(tmp_path: Path):
    room = after_step(tmp_path, 1)
    again = ("threshold", "step1", "--folder", room.desks[0])

    assert "begun in the group Ed25519" in refused(*again, "--group", "BELENIOS-2048")


def test_a_certificate_of_a_stranger_leaves_this_trustee_out(tmp_path: Path):
    room, stranger = after_step(tmp_path / "a", 2), tmp_path / "stranger"
    fine("threshold", "step1", "--folder", stranger)

    assert "not among them" in refused(*room.deal(stranger))
    assert not (stranger / "polynomial.json").exists()


def test_a_certificate_sent_twice_is_refused(tmp_path: Path):
    room = after_step(tmp_path, 1)
    first = room.desks[0] / "certificate.json"

    said = refused("threshold", "step2", "--out", room.certificates, first, first)

    assert "the same key twice" in said
    assert not room.certificates.exists()


def test_what_was_gathered_is_never_overwritten(tmp_path: Path):
    room = after_step(tmp_path, 6)

    for arguments in (
        room.sort(*room.sent("polynomial.json")),
        room.gather(*room.sent("output.json")),
        ("threshold", "step2", "--out", room.certificates, *room.sent("output.json")),
    ):
        assert "exists already; nothing was written" in refused(*arguments)


def test_a_file_that_is_no_text_is_unusable(tmp_path: Path):
    room = after_step(tmp_path, 1)
    (tmp_path / "junk").write_bytes(b"\xff\xfe")
    spoilt = room.desks[0] / "threshold.key"
    out = ("--out", room.certificates)

    assert run("threshold", "step2", *out, tmp_path / "junk").exit_code == 2
    spoilt.unlink()
    spoilt.mkdir()
    (room.desks[0] / "certificate.json").unlink()
    assert run("threshold", "step1", "--folder", room.desks[0]).exit_code == 2


def a_key(folder: Path) -> Path:
    fine("keygen", "--out", folder)
    return folder / "trustee.pubkey"


@pytest.fixture
def drilled(tmp_path: Path) -> tuple[Room, Path, Path]:
    """A list of one single trustee and three of a threshold, and a drill for it."""
    room = after_step(tmp_path, 6).list(a_key(tmp_path / "single"))
    drill = tmp_path / "drill.json"
    fine("drill", "make", "--trustees", room.trustees, "--out", drill)
    return room, drill, tmp_path


def a_part(drill: Path, out: Path, *key: object) -> Path:
    fine("drill", "decrypt", "--drill", drill, "--out", out, *key)
    return out


def test_a_drill_is_survived_without_one_trustee(drilled: tuple[Room, Path, Path]):
    room, drill, place = drilled
    parts = [
        a_part(drill, place / "part-1", "--key", place / "single" / "trustee.privkey"),
        a_part(drill, place / "part-4", *room.keys(3)),
        a_part(drill, place / "part-2", *room.keys(1)),
    ]

    said = fine("drill", "check", "--drill", drill, *parts)

    assert "Decrypted by trustees 1, 2, 4: all is well." in said
    assert "Not tried: trustees 3." in said
    assert "Not tried" not in fine(
        *("drill", "check", "--drill", drill, *parts),
        a_part(drill, place / "part-3", *room.keys(2)),
    )


def test_a_drill_fails_when_too_few_can_decrypt(drilled: tuple[Room, Path, Path]):
    room, drill, place = drilled
    part = a_part(drill, place / "part-2", *room.keys(1))

    said = refused("drill", "check", "--drill", drill, part)

    assert "the drill failed" in said
    assert "missing" in said


def test_a_drill_tells_who_has_a_wrong_key(drilled: tuple[Room, Path, Path]):
    room, drill, place = drilled
    a_key(place / "stranger")
    out = place / "out"
    options = ("drill", "decrypt", "--drill", drill, "--out", out)

    stranger = refused(*options, "--key", place / "stranger" / "trustee.privkey")
    exchanged = run(
        *options,
        *("--key", room.desks[0] / "threshold.key"),
        *("--decryption-key", room.desks[1] / "decryption.key"),
    )

    assert "none of theirs" in stranger
    assert (exchanged.exit_code, "not a private key" in exchanged.output) == (2, True)
    assert not out.exists()


def test_a_drill_that_does_not_open_is_not_decrypted(drilled: tuple[Room, Path, Path]):
    room, drill, place = drilled
    fields = json.loads(drill.read_text("utf-8"))
    fields["counts"][0][0] += 1
    forged = place / "forged.json"
    forged.write_text(dumps(fields), encoding="utf-8")
    options = ("drill", "decrypt", "--drill", forged, "--out", place / "out")

    assert "not made of the numbers" in refused(*options, *room.keys(1))
    assert not (place / "out").exists()


def test_a_list_of_keys_that_are_none_is_refused(tmp_path: Path):
    key = tmp_path / "key"
    key.write_text('{"pok":1}', encoding="utf-8")
    out = tmp_path / "trustees.json"

    refused("list", "--out", out, key)
    refused("list", "--out", out)

    assert not out.exists()


def test_the_list_shows_each_trustees_fingerprint(tmp_path: Path):
    said = fine("list", "--out", tmp_path / "list", a_key(tmp_path / "a"))

    assert said.startswith("Trustee 1: ")
    assert "Joint key: " in said


def test_a_threshold_trustee_decrypts_the_tallies(tmp_path: Path):
    room = after_step(tmp_path, 6).list(a_key(tmp_path / "single"))
    group = get_group("Ed25519")
    primary = Primary()
    primary.__dict__["trustees_text"] = room.trustees.read_text("utf-8")
    primary.open().vote(0, [[1, 0, 0], [1, 0, 0]]).seal()
    tally = primary.sum.to_json()
    district = {"district": "A", "election": primary.election.raw, "num_tallied": 1}
    bundle = {"primary": "p", "districts": [{**district, "encrypted_tally": tally}]}
    (tmp_path / "bundle").write_text(json.dumps(bundle), encoding="utf-8")
    out = tmp_path / "out"
    options = ("--tallies", tmp_path / "bundle", "--out", out, "--min-ballots", 0)

    fine("decrypt", *room.keys(2), *options)

    answer = json.loads(out.read_text("utf-8"))
    public = group.encode(primary.trustees.member(3))
    assert answer["trustee_public_key"] == public
    [part] = answer["partial_decryptions"]
    check_partial_decryption(
        primary.election, public, tally, part["partial_decryption"]
    )
