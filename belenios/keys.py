"""A trustee's pair of keys (section 4.5)."""

from __future__ import annotations

from dataclasses import dataclass

from belenios.encoding import Json, dumps, hex_hash, record, string
from belenios.errors import InvalidProof
from belenios.group import Element, Group, Rng
from belenios.proofs import Proof, check_knowledge, prove_knowledge


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """A trustee's pair of keys; `private` never leaves the trustee."""

    private: str
    public: dict[str, Json]

    def __repr__(self) -> str:
        return f"TrusteeKey(public={dumps(self.public)})"


def generate_key(group: Group, rng: Rng) -> TrusteeKey:
    """A fresh pair of keys, the public one with the proof that its owner knows it."""
    return make_key(group, group.random_scalar(rng), rng)


def make_key(group: Group, private: int, rng: Rng) -> TrusteeKey:
    """The pair of keys of a known private scalar."""
    public = group.encode(group.power_g_secret(private))
    pok = prove_knowledge(group, _prefix(group, public), private, rng)
    return TrusteeKey(str(private), {"pok": pok.as_json(), "public_key": public})


def check_public_key(group: Group, public: Json) -> Element:
    """Check a trustee's public key and its proof; return the key as an element.

    Raises InvalidElement, InvalidScalar, InvalidProof or Malformed.
    """
    fields = record(public, "pok", "public_key", "name", optional=("name",))
    string(fields.get("name", ""))
    text = string(fields["public_key"])
    element = group.decode(text)
    proof = Proof.parse(group, fields["pok"])
    try:
        check_knowledge(group, _prefix(group, text), element, proof)
    except InvalidProof as error:
        raise InvalidProof(
            "the trustee does not show to know the private key"
        ) from error
    return element


def key_fingerprint(public_key: str) -> str:
    """A public key's hash, as belenios-tool's checksums show it: to be read aloud."""
    return hex_hash(dumps(public_key).encode())


def _prefix(group: Group, public: str) -> str:
    return f"pok|{group.name}|{public}|"
