"""Ballots: made, read and checked (sections 4.11 to 4.15)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from belenios.answers import (
    Answer,
    check_answer,
    make_opened_answer,
    read_choices,
)
from belenios.credentials import SigningKey
from belenios.election import Election
from belenios.elgamal import Ciphertext
from belenios.encoding import Json, array, b64_hash, dumps, loads, record, string
from belenios.errors import (
    InvalidProof,
    InvalidSignature,
    InvalidVote,
    UnknownCredential,
    WrongElection,
)
from belenios.group import Group, Rng
from belenios.proofs import Opening, Proof, check_knowledge, prove_knowledge

FIELDS = ("election_uuid", "election_hash", "credential", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a ballot says of itself, nothing of it proven."""

    uuid: str
    fingerprint: str
    credential: str
    tracker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBallot:
    """A ballot all of whose proofs hold; `ciphertexts` by question, then choice."""

    credential: str
    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    tracker: str
    raw: str


def tracker(ballot_text: str) -> str:
    """The 43 characters by which a voter finds the ballot on the board."""
    return b64_hash(ballot_text)


def outline(ballot_text: str) -> Outline:
    """Read a ballot's outer fields without checking a proof; cheap."""
    fields = _fields(ballot_text)
    return Outline(
        uuid=string(fields["election_uuid"]),
        fingerprint=string(fields["election_hash"]),
        credential=string(fields["credential"]),
        tracker=tracker(ballot_text),
    )


def create_ballot(
    election: Election,
    signing_key: SigningKey,
    votes: Sequence[Sequence[int]],
    rng: Rng,
) -> str:
    """Encrypt, prove and sign `votes`; the ballot's JSON.

    `votes` holds for each question a 0 or 1 for each answer, preceded by the blank
    flag where the question allows blank. InvalidVote when the rules are broken.
    """
    ballot, _ = create_opened_ballot(election, signing_key, votes, rng)
    return ballot


def create_opened_ballot(
    election: Election,
    signing_key: SigningKey,
    votes: Sequence[Sequence[int]],
    rng: Rng,
) -> tuple[str, tuple[tuple[Opening, ...], ...]]:
    """The same, with what would open the ballot, by question, then choice.

    For voters who may challenge what their device made (`belenios.spoiled`). Whoever
    has the openings reads the vote: forget them once the ballot is cast.
    """
    if len(votes) != len(election.questions):
        raise InvalidVote("an array of choices for each question expected")
    context = _context(election, signing_key.public)
    made = [
        make_opened_answer(election.key, question, context, vote, rng)
        for question, vote in zip(election.questions, votes, strict=True)
    ]
    ballot = seal_answers(election, signing_key, [answer for answer, _ in made], rng)
    return ballot, tuple(openings for _, openings in made)


def seal_answers(
    election: Election,
    signing_key: SigningKey,
    answers: Sequence[Answer],
    rng: Rng,
) -> str:
    """Put answers made for this credential into a signed ballot (section 4.14)."""
    body: dict[str, Json] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": signing_key.public,
        "answers": [answer.as_json(election.group) for answer in answers],
    }
    digest = b64_hash(dumps(body))
    proof = prove_knowledge(election.group, f"sig|{digest}|", signing_key.secret, rng)
    return dumps({**body, "signature": {"hash": digest, "proof": proof.as_json()}})


def check_ballot(election: Election, ballot_text: str) -> CheckedBallot:
    """Check everything about a ballot but whose credential it carries.

    That is `check_credential`. Raises WrongElection, InvalidSignature, InvalidProof,
    InvalidElement, InvalidScalar or Malformed; returns what the tally adds up.
    """
    fields = _fields(ballot_text)
    _check_election(election, fields)
    credential = string(fields["credential"])
    _check_signature(election.group, fields)
    ciphertexts = tuple(
        check_answer(election.key, question, _context(election, credential), value)
        for question, value in zip(
            election.questions, _answers(election, fields), strict=True
        )
    )
    return CheckedBallot(
        credential=credential,
        ciphertexts=ciphertexts,
        tracker=tracker(ballot_text),
        raw=ballot_text,
    )


def check_credential(credentials: Collection[str], credential: str) -> None:
    """Raise UnknownCredential unless the credential is one of the election's."""
    if credential not in credentials:
        raise UnknownCredential


def read_ciphertexts(
    election: Election, ballot_text: str
) -> tuple[tuple[Ciphertext, ...], ...]:
    """The ciphertexts of a ballot that was checked before; no proof is checked."""
    return tuple(
        read_choices(election.group, question, value)
        for question, value in zip(
            election.questions,
            _answers(election, _fields(ballot_text)),
            strict=True,
        )
    )


def _fields(ballot_text: str) -> dict[str, Json]:
    return record(loads(ballot_text), *FIELDS, "signature")


def _answers(election: Election, fields: dict[str, Json]) -> list[Json]:
    return array(fields["answers"], len(election.questions))


def _context(election: Election, credential: str) -> str:
    """What every proof is bound to: this election and this voter."""
    return f"{election.fingerprint}|{credential}"


def _check_election(election: Election, fields: dict[str, Json]) -> None:
    if fields["election_uuid"] != election.uuid:
        raise WrongElection("another uuid")
    if fields["election_hash"] != election.fingerprint:
        raise WrongElection("another fingerprint")


def _check_signature(group: Group, fields: dict[str, Json]) -> None:
    signature = record(fields["signature"], "hash", "proof")
    digest = b64_hash(dumps({name: fields[name] for name in FIELDS}))
    if signature["hash"] != digest:
        raise InvalidSignature("it signs another content")
    credential = group.decode(string(fields["credential"]))
    proof = Proof.parse(group, signature["proof"])
    try:
        check_knowledge(group, f"sig|{digest}|", credential, proof)
    except InvalidProof as error:
        raise InvalidSignature from error
