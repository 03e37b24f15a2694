"""The definition of a primary: everything about it that is data.

The JSON-able *document* travels in the event PrimaryDefined and over the API;
`parse_definition` turns it into a `Definition` or says all that is wrong with it.
"""

from __future__ import annotations

from contracts.definition.definition import Definition
from contracts.definition.errors import (
    InvalidDefinition,
    UnknownContest,
    UnknownTerritory,
    UnknownVotingDistrict,
)
from contracts.definition.model import (
    Assumption,
    Contest,
    ContestLevel,
    DebateRules,
    Identity,
    IdentityScheme,
    Level,
    Moderator,
    NominationRules,
    Quotas,
    RequiredDocument,
    Residence,
    Route,
    Section,
    SpeakingTimes,
    Territory,
    Venue,
)
from contracts.definition.parsing import parse_definition
from contracts.definition.schemas import DefinitionSchema

__all__ = [
    "Assumption",
    "Contest",
    "ContestLevel",
    "DebateRules",
    "Definition",
    "DefinitionSchema",
    "Identity",
    "IdentityScheme",
    "InvalidDefinition",
    "Level",
    "Moderator",
    "NominationRules",
    "Quotas",
    "RequiredDocument",
    "Residence",
    "Route",
    "Section",
    "SpeakingTimes",
    "Territory",
    "UnknownContest",
    "UnknownTerritory",
    "UnknownVotingDistrict",
    "Venue",
    "parse_definition",
]
