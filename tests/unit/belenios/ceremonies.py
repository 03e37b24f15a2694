"""Key generations of threshold trustees, step by step, honestly or not."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cached_property

from belenios.ceremony import (
    Ceremony,
    Outcome,
    decryption_key,
    finish,
    make_certificate,
    make_inputs,
    make_output,
    make_polynomial,
)
from belenios.channel import Identity
from belenios.group import Group, get_group

rng = secrets.token_bytes


@dataclass
class Meeting:
    """Threshold trustees at a table; `threshold` of them will suffice."""

    group_name: str = "Ed25519"
    size: int = 3
    threshold: int = 2
    identities: list[Identity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.identities = [Identity.generate(rng) for _ in range(self.size)]

    @cached_property
    def group(self) -> Group:
        return get_group(self.group_name)

    @cached_property
    def certificates(self) -> list[str]:
        return [make_certificate(self.group, me, rng) for me in self.identities]

    @cached_property
    def ceremony(self) -> Ceremony:
        return Ceremony.parse(self.group, self.certificates)

    def polynomial(self, number: int, threshold: int | None = None) -> str:
        me = self.identities[number]
        return make_polynomial(self.ceremony, me, threshold or self.threshold, rng)

    @cached_property
    def polynomials(self) -> list[str]:
        return [self.polynomial(number) for number in range(self.size)]

    @cached_property
    def inputs(self) -> list[str]:
        return make_inputs(self.ceremony, self.polynomials)

    def output(self, number: int, received: str | None = None) -> str:
        received = received or self.inputs[number]
        return make_output(self.ceremony, self.identities[number], received, rng)

    @cached_property
    def outputs(self) -> list[str]:
        return [self.output(number) for number in range(self.size)]

    @cached_property
    def outcome(self) -> Outcome:
        return finish(self.ceremony, self.polynomials, self.outputs)

    def private_key(self, number: int) -> str:
        sealed = self.outcome.private_keys[number]
        return decryption_key(self.group, self.identities[number], sealed)
