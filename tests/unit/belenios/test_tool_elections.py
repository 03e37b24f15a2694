"""What belenios-tool makes, we verify, add up and decrypt; keys are made together."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

from belenios.archive import read_records
from belenios.ballots import check_ballot
from belenios.ceremony import (
    Ceremony,
    decryption_key,
    finish,
    make_certificate,
    make_inputs,
    make_output,
    make_polynomial,
)
from belenios.channel import Identity
from belenios.credentials import derive
from belenios.election import Election
from belenios.encoding import dumps, loads, string
from belenios.group import get_group
from belenios.tally import (
    EncryptedTally,
    check_partial_decryption,
    compute_result,
    partial_decryption,
)
from belenios.trustees import Trustees
from tests.unit.belenios.elections import rng, verify
from tests.unit.belenios.reference import (
    GROUP,
    ToolCeremony,
    ToolElection,
    reference_tool,
)

pytestmark = reference_tool
group = get_group(GROUP)

# A revote, a blank vote, a vote that leaves a question empty.
VOTES = (
    ("ann", [[0, 1, 0, 0], [1, 1]]),
    ("ben", [[1, 0, 0, 0], [0, 1]]),
    ("ann", [[0, 0, 1, 1], [0, 0]]),
)
RESULT = [[1, 0, 1, 1], [0, 1]]


def bodies(archive: bytes, kind: str) -> list[bytes]:
    """The data records in front of each event of a kind, the first of each."""
    found, data = [], []
    for record in read_records(io.BytesIO(archive)):
        if not record.name.endswith("event.json"):
            data.append(record.body)
            continue
        if loads(record.body.decode())["type"] == kind:
            found.append(data[0])
        data = []
    return found


def voted(election: ToolElection) -> ToolElection:
    for voter, choices in VOTES:
        election.vote(voter, choices)
    return election


def parsed(election: ToolElection) -> Election:
    return Election.parse(election.read("election.json").strip())


def test_a_whole_election_of_the_tool_is_verified(tmp_path: Path):
    made = ToolElection(tmp_path, {"ann": 1, "ben": 1, "cyd": 1}).make_credentials()
    voted(made.make_trustees(2).open())
    made.tally().decrypt(1).decrypt(2).publish()

    report = verify(made.archive)

    assert report.result == RESULT
    assert (report.ballots, report.counted, report.replaced) == (3, 2, 1)
    assert "all checks passed" in made.verdict()


def test_the_weights_of_the_tool_are_ours(tmp_path: Path):
    made = ToolElection(tmp_path, {"ann": 5, "ben": 2, "cyd": 7}).make_credentials()
    voted(made.make_trustees(1).open()).tally().decrypt(1).publish()

    report = verify(made.archive)

    assert (report.total_weight, report.result) == (7, [[2, 0, 5, 5], [0, 2]])


def test_we_add_up_and_decrypt_an_election_of_the_tool(tmp_path: Path):
    made = ToolElection(tmp_path, {"ann": 1, "ben": 1}).make_credentials()
    voted(made.make_trustees(2).open())
    election = parsed(made)
    ballots = {
        checked.credential: checked
        for text in bodies(made.archive, "Ballot")
        if (checked := check_ballot(election, text.decode()))
    }
    total = EncryptedTally(election)
    for ballot in ballots.values():
        total.add(ballot.ciphertexts)
    tally = total.to_json()

    made.tally()
    assert bodies(made.archive, "EncryptedTally") == [tally.encode()]
    partials = {
        owner: partial_decryption(
            election, tally, string(loads(made.read(key).strip())), rng
        )
        for owner, key in enumerate(made.keys, start=1)
    }
    trustees = Trustees.parse(group, made.read("trustees.json").strip())
    result = compute_result(election, trustees, tally, partials, 2)
    made.decrypt(1).decrypt(2)

    assert json.loads(result) == {"result": RESULT}
    assert made.run("election", "compute-result").strip() == result


def test_a_credential_of_the_tool_derives_the_key_on_its_list(tmp_path: Path):
    made = ToolElection(tmp_path, {"ann": 1, "ben": 1}).make_credentials()

    keys = {derive(group, made.uuid, secret).public for secret in made.secrets.values()}

    published = json.loads(made.read("public_creds.json"))
    assert {text.partition(",")[0] for text in published} == keys


def test_an_election_of_the_tool_with_threshold_trustees_is_verified(tmp_path: Path):
    made = ToolElection(tmp_path, {"ann": 1, "ben": 1}).make_credentials()
    ceremony = ToolCeremony(made)
    names = ceremony.begin(3)
    ceremony.certify([made.read(f"{name}.cert") for name in names])
    ceremony.gather([ceremony.deal(name, 2) for name in names])
    ceremony.finish([ceremony.confirm(name) for name in names])
    voted(made.make_trustees(1).open()).tally().decrypt(1)
    for index in (2, 0):
        name = names[index]
        made.decrypt_threshold(index + 2, f"{name}.key", f"{name}.dkey")
    made.publish()

    assert verify(made.archive).result == RESULT
    me = Identity.of(made.read(f"{names[1]}.key").strip())
    private = decryption_key(group, me, made.read(f"{names[1]}.dkey").strip())
    election, [tally] = parsed(made), bodies(made.archive, "EncryptedTally")
    partial = partial_decryption(election, tally.decode(), private, rng)
    trustees = Trustees.parse(group, made.read("trustees.json").strip())
    public = group.encode(trustees.member(3))
    check_partial_decryption(election, public, tally.decode(), partial)


def test_keys_are_made_by_two_trustees_with_the_tool_and_one_with_ours(
    tmp_path: Path,
):
    """The tool puts everything together; then we do, and both agree."""
    made = ToolElection(tmp_path, {"ann": 1, "ben": 1})
    theirs, me = ToolCeremony(made), Identity.generate(rng)
    names = theirs.begin(2)
    first, second = (made.read(f"{name}.cert").strip() for name in names)
    certificates = [first, make_certificate(group, me, rng), second]
    theirs.certify(certificates)
    ours = Ceremony.parse(group, certificates)
    first, second = (theirs.deal(name, 2).strip() for name in names)
    polynomials = [first, make_polynomial(ours, me, 2, rng), second]
    theirs.gather(polynomials)
    mine = hashlib.sha256(loads(certificates[1])["message"].encode()).hexdigest()

    received = made.read(f"{mine}.vinput").strip()
    first, second = (theirs.confirm(name).strip() for name in names)
    outputs = [first, make_output(ours, me, received, rng), second]
    theirs.finish(outputs)
    outcome = finish(ours, polynomials, outputs)

    assert make_inputs(ours, polynomials)[1] == received
    assert dumps(outcome.item) == made.read("threshold.json").strip()
    assert outcome.private_keys[1] == made.read(f"{mine}.dkey").strip()
    voted(made.make_credentials().make_trustees(0).open()).tally()
    made.decrypt_threshold(2, made.write("seed", me.seed), f"{mine}.dkey")
    made.decrypt_threshold(3, f"{names[1]}.key", f"{names[1]}.dkey").publish()
    assert verify(made.archive).result == RESULT
    assert "all checks passed" in made.verdict()
