"""A trustee's part in decrypting a tally, with its proofs (section 4.18)."""

from __future__ import annotations

from belenios.election import Election
from belenios.encoding import (
    Json,
    dumps,
    hex_hash,
    integer,
    loads,
    record,
    string,
)
from belenios.errors import InvalidPartialDecryption, InvalidProof
from belenios.group import Element, Group, Rng
from belenios.matrices import Matrix, parse_matrix, parse_tally
from belenios.proofs import Proof, check_equality, prove_equality


def partial_decryption(
    election: Election, encrypted_tally: str, private: str, rng: Rng
) -> str:
    """Raise the tally to the trustee's private key and prove it; the JSON.

    `private` is the decimal of `TrusteeKey.private`. Raises InvalidScalar for a
    text that is no private key and Malformed for one that is no tally.
    """
    group = election.group
    x = group.parse_scalar(private)
    prefix = _prefix(election, group.power_g_secret(x))
    tally = parse_tally(election, encrypted_tally)
    factors = [[group.power_secret(c.alpha, x) for c in row] for row in tally]
    proofs = [
        [prove_equality(group, prefix, c.alpha, x, rng) for c in row] for row in tally
    ]
    return dumps(
        {
            "decryption_factors": [[group.encode(f) for f in row] for row in factors],
            "decryption_proofs": [[p.as_json() for p in row] for row in proofs],
        }
    )


def check_partial_decryption(
    election: Election, public_key: str, encrypted_tally: str, partial: str
) -> None:
    """Check every factor of a partial decryption against the trustee's public key.

    Raises InvalidPartialDecryption, or what reading its parts raises.
    """
    group = election.group
    key = group.decode(public_key)
    tally = parse_tally(election, encrypted_tally)
    factors = read_factors(election, partial)
    proofs = _read_proofs(election, partial)
    for i, row in enumerate(tally):
        for j, ciphertext in enumerate(row):
            pairs = [(group.generator, key), (ciphertext.alpha, factors[i][j])]
            try:
                _check_factor(group, _prefix(election, key), pairs, proofs[i][j])
            except InvalidProof as error:
                where = f"question {i}, choice {j}"
                raise InvalidPartialDecryption(where) from error


def _check_factor(
    group: Group, prefix: str, pairs: list[tuple[Element, Element]], proof: Proof
) -> None:
    """The identity decrypts the identity, and nothing else."""
    _, (alpha, factor) = pairs
    if (factor == group.identity) != (alpha == group.identity):
        raise InvalidProof("the identity as a factor")
    check_equality(group, prefix, pairs, proof)


def _prefix(election: Election, public: Element) -> str:
    return f"decrypt|{election.fingerprint}|{election.group.encode(public)}|"


def _tables(partial: str) -> dict[str, Json]:
    return record(loads(partial), "decryption_factors", "decryption_proofs")


def read_factors(election: Election, partial: str) -> Matrix[Element]:
    """The decryption factors alone; their proofs are not checked."""
    return parse_matrix(
        election,
        _tables(partial)["decryption_factors"],
        lambda cell: election.group.decode(string(cell), identity=True),
    )


def _read_proofs(election: Election, partial: str) -> Matrix[Proof]:
    return parse_matrix(
        election,
        _tables(partial)["decryption_proofs"],
        lambda cell: Proof.parse(election.group, cell),
    )


def owned_json(owner: int, partial: str) -> str:
    """The payload of a PartialDecryption event: whose it is, and its hash."""
    return dumps({"owner": owner, "payload": hex_hash(partial.encode())})


def read_owned(text: str) -> tuple[int, str]:
    """Owner and hash of what `owned_json` wrote; raise Malformed."""
    fields = record(loads(text), "owner", "payload")
    return integer(fields["owner"]), string(fields["payload"])
