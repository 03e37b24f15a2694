from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from belenios.group import get_group
from belenios.tally import check_partial_decryption
from belenios.trustees import check_public_key, key_fingerprint
from tests.unit.belenios.elections import Primary
from tools.trustee import CONSENT, trustee

BALLOTS = ([[1, 0, 0], [1, 0, 0]], [[0, 1, 0], [0, 1, 0]])


def run(*arguments: object) -> Result:
    return CliRunner().invoke(trustee, [str(argument) for argument in arguments])


def a_district() -> Primary:
    """A sealed district with two ballots."""
    primary = Primary().open()
    for voter, votes in enumerate(BALLOTS):
        primary.vote(voter, votes)
    return primary.seal().tally()


def bundled(name: str, primary: Primary, **changes: object) -> dict[str, object]:
    total = primary.sum
    return {
        "district": name,
        "election": primary.election.raw,
        "encrypted_tally": total.to_json(),
        "num_tallied": total.num_tallied,
        **changes,
    }


class Desk:
    """A trustee's folder: key, bundle, output."""

    def __init__(self, folder: Path) -> None:
        self.key = folder / "key"
        self.bundle = folder / "bundle.json"
        self.out = folder / "out.json"
        self.key.write_text('"12345"', encoding="utf-8")

    def receive(self, *districts: dict[str, object]) -> Desk:
        content = {"primary": "nur-otan-2020", "districts": districts}
        self.bundle.write_text(json.dumps(content), encoding="utf-8")
        return self

    def decrypt(self, *more: object) -> Result:
        files = ("--key", self.key, "--tallies", self.bundle, "--out", self.out)
        return run("decrypt", *files, *more)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_a_key_is_made_and_kept_private(tmp_path: Path, group: str):
    out = tmp_path / "new" / "folder"
    result = run("keygen", "--group", group, "--out", out)

    assert result.exit_code == 0
    private, public = out / "trustee.privkey", out / "trustee.pubkey"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    key = json.loads(public.read_text("utf-8"))
    element = check_public_key(get_group(group), key)
    secret = int(json.loads(private.read_text("utf-8")))
    assert element == get_group(group).power_g(secret)
    assert key_fingerprint(key["public_key"]) in result.stdout
    assert str(secret) not in result.stdout


def test_a_key_is_never_overwritten(tmp_path: Path):
    run("keygen", "--out", tmp_path)
    private = tmp_path / "trustee.privkey"
    before = private.read_text("utf-8")
    (tmp_path / "trustee.pubkey").unlink()

    result = run("keygen", "--out", tmp_path)

    assert result.exit_code == 1
    assert "exists already; nothing was written" in result.output
    assert private.read_text("utf-8") == before
    assert not (tmp_path / "trustee.pubkey").exists()


def test_a_place_that_cannot_be_written_is_unusable(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert run("keygen", "--out", tmp_path / "file" / "inside").exit_code == 2


def test_all_districts_are_decrypted_at_once(desk: Desk):
    first, second = a_district(), a_district()
    desk.receive(bundled("A", first), bundled("B", second))

    result = desk.decrypt("--min-ballots", 2)

    assert result.exit_code == 0, result.output
    answer = json.loads(desk.out.read_text("utf-8"))
    public = first.group.encode(first.group.power_g(12345))
    assert list(answer) == ["primary", "trustee_public_key", "partial_decryptions"]
    assert answer["primary"] == "nur-otan-2020"
    assert answer["trustee_public_key"] == public
    assert "2 districts, 4 ballots" in result.stdout
    assert key_fingerprint(public) in result.stdout
    for primary, partial in zip(
        (first, second), answer["partial_decryptions"], strict=True
    ):
        assert partial["fingerprint"] == primary.election.fingerprint
        check_partial_decryption(
            primary.election,
            public,
            primary.sum.to_json(),
            partial["partial_decryption"],
        )
    assert [one["district"] for one in answer["partial_decryptions"]] == ["A", "B"]


def test_a_small_district_is_decrypted_only_with_the_exact_words(desk: Desk):
    desk.receive(bundled("A", a_district()), bundled("B", a_district(), num_tallied=50))

    for words in ("", "yes", CONSENT.upper()):
        refused = desk.decrypt("--allow-small", words)
        assert refused.exit_code == 1
        assert "Fewer than 10 ballots in A." in refused.output
        assert not desk.out.exists()

    assert desk.decrypt("--allow-small", CONSENT).exit_code == 0


def test_an_empty_district_tells_nothing_and_needs_no_consent(desk: Desk):
    empty = Primary().open().seal().tally()

    assert desk.receive(bundled("A", empty)).decrypt().exit_code == 0


def test_an_output_is_never_overwritten(desk: Desk):
    desk.receive(bundled("A", a_district()))
    desk.out.write_text("before", encoding="utf-8")

    result = desk.decrypt("--min-ballots", 0)

    assert result.exit_code == 1
    assert desk.out.read_text("utf-8") == "before"


def test_an_output_that_cannot_be_written_is_unusable(desk: Desk):
    desk.receive(bundled("A", a_district()))
    desk.out = desk.bundle / "inside"

    assert desk.decrypt("--min-ballots", 0).exit_code == 2


@pytest.mark.parametrize("key", ["", "x", "12345", '"x"', '"-1"', f'"{2**256}"', "{}"])
def test_what_is_no_private_key_is_unusable(desk: Desk, key: str):
    desk.key.write_text(key, encoding="utf-8")
    desk.receive(bundled("A", a_district()))

    assert desk.decrypt("--min-ballots", 0).exit_code == 2
    assert not desk.out.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"primary":"p","districts":[]}',
        '{"primary":"p","districts":[1]}',
    ],
)
def test_what_is_no_bundle_is_unusable(desk: Desk, content: str):
    desk.bundle.write_text(content, encoding="utf-8")

    assert desk.decrypt().exit_code == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"election": "{}"},
        {"election": 7},
        {"encrypted_tally": "[]"},
        {"encrypted_tally": '[[{"alpha":"1","beta":"1"}]]'},
        {"num_tallied": "many"},
    ],
)
def test_a_spoilt_district_is_unusable(desk: Desk, changes: dict[str, object]):
    desk.receive(bundled("A", a_district(), **changes))

    assert desk.decrypt("--min-ballots", 0).exit_code == 2
    assert not desk.out.exists()


def test_one_bundle_is_of_one_group(desk: Desk):
    other = Primary("BELENIOS-2048").open().seal().tally()
    desk.receive(bundled("A", a_district()), bundled("B", other))

    result = desk.decrypt("--min-ballots", 0)

    assert (result.exit_code, "of one group" in result.output) == (2, True)
