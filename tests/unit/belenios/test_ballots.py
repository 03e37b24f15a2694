from __future__ import annotations

import copy
from dataclasses import replace as with_changes

import pytest

from belenios.answers import Answer, make_answer
from belenios.ballots import (
    check_ballot,
    check_credential,
    create_ballot,
    outline,
    read_ciphertexts,
    tracker,
)
from belenios.election import Question
from belenios.encoding import dumps
from belenios.errors import (
    BeleniosError,
    InvalidElement,
    InvalidProof,
    InvalidScalar,
    InvalidSignature,
    InvalidVote,
    Malformed,
    UnknownCredential,
    WrongElection,
)
from belenios.group import get_group
from tests.unit.belenios.elections import (
    BLANK,
    PICK,
    Primary,
    fields_of,
    leaves,
    replace,
    rng,
    spoil,
)
from tests.unit.belenios.forging import sealed, signed

ORDER = get_group("Ed25519").order
VOTES = [[1, 0, 1], [0, 1, 0]]


@pytest.fixture(scope="module")
def primary() -> Primary:
    return Primary()


@pytest.fixture(scope="module")
def ballot(primary: Primary) -> str:
    return primary.ballot(0, VOTES)


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_an_honest_ballot_is_accepted(group: str):
    primary = Primary(group)
    text = primary.ballot(1, VOTES)

    checked = check_ballot(primary.election, text)

    assert checked.credential == primary.voters[1].public
    assert checked.raw == text
    assert checked.tracker == tracker(text)
    assert len(checked.tracker) == 43
    assert read_ciphertexts(primary.election, text) == checked.ciphertexts


@pytest.mark.parametrize("pick", [[1, 0, 0], [0, 1, 1], [1, 1, 0]])
@pytest.mark.parametrize("blank", [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
def test_every_valid_vote_is_accepted(
    primary: Primary, pick: list[int], blank: list[int]
):
    check_ballot(primary.election, primary.ballot(0, [pick, blank]))


def test_nothing_at_all_is_a_vote_where_the_minimum_is_zero():
    none = Question(question="?", answers=("A",), min=0, max=1)
    primary = Primary(questions=[none])

    check_ballot(primary.election, primary.ballot(0, [[0]]))


@pytest.mark.parametrize(
    "votes",
    [
        [[1, 0, 1]],
        [[1, 0, 1], [0, 1, 0], [1]],
        [[1, 0], [0, 1, 0]],
        [[2, 0, 0], [0, 1, 0]],
        [[-1, 1, 1], [0, 1, 0]],
        [[1, 1, 1], [0, 1, 0]],
        [[0, 0, 0], [0, 1, 0]],
        [[1, 0, 0], [0, 0, 0]],
        [[1, 0, 0], [1, 1, 0]],
    ],
)
def test_a_vote_against_the_rules_is_not_encrypted(
    primary: Primary, votes: list[list[int]]
):
    with pytest.raises(InvalidVote):
        create_ballot(primary.election, primary.voters[0], votes, rng)


@pytest.mark.parametrize(
    ("votes", "broken"),
    [
        pytest.param([[2, 0, 0], [0, 1, 0]], "choice 0 is 0 or 1", id="a two"),
        pytest.param([[1, 1, -1], [0, 1, 0]], "choice 2 is 0 or 1", id="minus one"),
        pytest.param([[1, 1, 1], [0, 1, 0]], "number of answers", id="too many"),
        pytest.param([[0, 0, 0], [0, 1, 0]], "number of answers", id="too few"),
        pytest.param([[1, 0, 0], [0, 0, 0]], "number of answers", id="not even blank"),
        pytest.param([[1, 0, 0], [0, 1, 1]], "number of answers", id="both"),
        pytest.param([[1, 0, 0], [1, 1, 0]], "blank excludes", id="blank and more"),
        pytest.param([[1, 0, 0], [2, 0, 0]], "choice 0 is 0 or 1", id="blank twice"),
    ],
)
def test_a_vote_against_the_rules_cannot_be_proven(
    primary: Primary, votes: list[list[int]], broken: str
):
    with pytest.raises(InvalidProof, match=broken):
        check_ballot(primary.election, sealed(primary, votes))


def test_every_spoilt_field_is_noticed(primary: Primary, ballot: str):
    honest = fields_of(ballot)

    for path in leaves(honest):
        fields = copy.deepcopy(honest)
        replace(fields, path, spoil)
        with pytest.raises(BeleniosError):
            check_ballot(primary.election, dumps(fields))


def test_every_spoilt_field_is_noticed_even_when_signed_again(
    primary: Primary, ballot: str
):
    honest = fields_of(ballot)
    check_ballot(primary.election, signed(primary, honest))

    for path in leaves({k: v for k, v in honest.items() if k != "signature"}):
        fields = copy.deepcopy(honest)
        replace(fields, path, spoil)
        with pytest.raises(BeleniosError):
            check_ballot(primary.election, signed(primary, fields))


@pytest.mark.parametrize(
    "respell",
    [
        pytest.param(lambda text: f"0{text}", id="a leading zero"),
        pytest.param(lambda text: hex(int(text)), id="hexadecimal"),
        pytest.param(lambda text: str(int(text) + ORDER), id="the order added"),
        pytest.param(int, id="a JSON number"),
    ],
)
def test_every_number_has_one_spelling(primary: Primary, ballot: str, respell):
    honest = fields_of(ballot)

    for path in leaves(honest):
        if path[-1] not in {"challenge", "response"}:
            continue
        fields = copy.deepcopy(honest)
        replace(fields, path, respell)
        respelt = dumps(fields)
        with pytest.raises((Malformed, InvalidScalar, InvalidSignature)):
            check_ballot(primary.election, respelt)
        if path[0] == "answers":
            with pytest.raises((Malformed, InvalidScalar)):
                check_ballot(primary.election, signed(primary, fields))


@pytest.mark.parametrize(
    "element",
    [
        pytest.param(lambda text: text.upper(), id="upper case"),
        pytest.param(lambda _: f"{1:064x}", id="the identity"),
        pytest.param(lambda _: "00" * 32, id="small order"),
        pytest.param(lambda text: f"{int(text, 16) ^ 1:064x}", id="off the subgroup"),
        pytest.param(lambda text: f"0{text}", id="too long"),
    ],
)
def test_what_is_no_element_is_refused_even_when_signed(
    primary: Primary, ballot: str, element
):
    fields = fields_of(ballot)
    replace(fields, ("answers", 0, "choices", 0, "alpha"), element)

    with pytest.raises((InvalidElement, InvalidProof)):
        check_ballot(primary.election, signed(primary, fields))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: f["answers"].pop(), id="an answer less"),
        pytest.param(lambda f: f["answers"].append({}), id="an answer more"),
        pytest.param(lambda f: f["answers"][0]["choices"].pop(), id="a choice less"),
        pytest.param(
            lambda f: f["answers"][0]["individual_proofs"].pop(), id="a proof less"
        ),
        pytest.param(
            lambda f: f["answers"][0]["individual_proofs"][0].pop(), id="half a proof"
        ),
        pytest.param(
            lambda f: f["answers"][0]["overall_proof"].pop(), id="a bound less"
        ),
        pytest.param(lambda f: f["answers"][1].pop("blank_proof"), id="no blank proof"),
        pytest.param(
            lambda f: f["answers"][0].update(blank_proof=[]), id="a needless proof"
        ),
        pytest.param(lambda f: f["answers"][0].update(note="x"), id="a hidden channel"),
        pytest.param(
            lambda f: f["answers"][0].update(choices=f["answers"][0].pop("choices")),
            id="another order of keys",
        ),
        pytest.param(lambda f: f["answers"][0].update(choices={}), id="another type"),
    ],
)
def test_another_shape_is_refused_even_when_signed(
    primary: Primary, ballot: str, change
):
    fields = fields_of(ballot)
    change(fields)

    with pytest.raises(Malformed):
        check_ballot(primary.election, signed(primary, fields))


def test_the_outer_form_is_exact(primary: Primary, ballot: str):
    fields = fields_of(ballot)
    turned = dict(reversed(list(fields.items())))

    for text in (
        f"{ballot}\n",
        ballot.replace(":", ": ", 1),
        dumps(turned),
        dumps({**fields, "extra": 1}),
        dumps({k: v for k, v in fields.items() if k != "signature"}),
        dumps([fields]),
        "",
    ):
        with pytest.raises(Malformed):
            check_ballot(primary.election, text)


def test_a_ballot_counts_in_its_own_election_only(primary: Primary, ballot: str):
    other = Primary()
    fields = fields_of(ballot)

    with pytest.raises(WrongElection, match="uuid"):
        check_ballot(other.election, ballot)
    fields["election_uuid"] = other.election.uuid
    with pytest.raises(WrongElection, match="fingerprint"):
        check_ballot(other.election, dumps(fields))
    fields["election_hash"] = other.election.fingerprint
    with pytest.raises(InvalidProof):
        check_ballot(other.election, signed(primary, fields))


def test_a_copy_of_anothers_answers_is_refused(primary: Primary, ballot: str):
    fields = fields_of(ballot)
    fields["credential"] = primary.voters[1].public
    thief = Primary()
    thief.voters, thief.election = [primary.voters[1]], primary.election

    with pytest.raises(InvalidProof, match="choice 0"):
        check_ballot(primary.election, signed(thief, fields))


def test_nobody_votes_with_a_credential_they_cannot_sign_for(primary: Primary):
    forger = with_changes(primary.voters[1], secret=primary.voters[0].secret)

    with pytest.raises(InvalidSignature):
        check_ballot(
            primary.election, create_ballot(primary.election, forger, VOTES, rng)
        )


def test_a_signature_must_sign_this_ballot(primary: Primary, ballot: str):
    fields = fields_of(ballot)
    fields["signature"] = fields_of(primary.ballot(0, VOTES))["signature"]

    with pytest.raises(InvalidSignature, match="another content"):
        check_ballot(primary.election, dumps(fields))


def test_only_the_elections_credentials_may_vote(primary: Primary, ballot: str):
    credentials = {voter.public for voter in primary.voters}

    check_credential(credentials, outline(ballot).credential)
    with pytest.raises(UnknownCredential):
        check_credential(credentials, Primary().voters[0].public)


def test_an_outline_tells_what_the_ballot_says_of_itself(primary: Primary, ballot: str):
    said = outline(ballot)

    assert said.uuid == primary.election.uuid
    assert said.fingerprint == primary.election.fingerprint
    assert said.credential == primary.voters[0].public
    assert said.tracker == tracker(ballot)


def test_an_answer_is_read_as_it_was_made(primary: Primary):
    for question, vote in ((PICK, [1, 0, 0]), (BLANK, [1, 0, 0])):
        answer = make_answer(primary.election.key, question, "context", vote, rng)

        text = answer.as_json(primary.group)

        assert Answer.parse(primary.group, question, text) == answer
