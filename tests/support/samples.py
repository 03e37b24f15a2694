"""Plausible values for any form: what a service might answer, what an event says."""

from __future__ import annotations

from typing import Any

import marshmallow
from marshmallow import fields

from contracts.fields import Instant, Localised
from tests.support.definitions import a_definition_document

_HASH = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
_TEXTS = {"en": "Akmola Region", "ru": "Акмолинская область", "kk": "Ақмола облысы"}
_ID = "1f6f0f0e-2b1d-4c9a-9a59-3f0f6f1c7d10"
_INSTANT = "2020-09-30T18:00:00Z"

#: what a field of that name holds, whatever form it is in
PLAUSIBLE: dict[str, Any] = {
    "primary": "tiny-2020",
    "country": "KZ",
    "region": "KZ-AKM",
    "territory": "KZ-111000000",
    "district": "KZ-111000000",
    "code": "KZ-111000000",
    "parent": "KZ-AKM",
    "board": "KZ-111000000",
    "file": "KZ-111000000.bel",
    "level": "district",
    "kind": "district",
    "contest": "maslikhat-kz-111000000",
    "zone": "Asia/Almaty",
    "route": "self",
    "language": "en",
    "languages": ["en", "ru", "kk"],
    "group": "Ed25519",
    "uuid": "7mZvrZBvYWcJJj",
    "version": 2,
    "next": None,
    "limit": 50,
    "reason": "The site was slow in the first hours.",
    "reason_code": "stood_down",
    "lot": "ties",
    "source": "The closing rates of the National Bank, 5 October 2020",
    "value": "427.13 500.65 5.46",
    "phase": "voting",
    "decision": "accepted",
    "record_type": "EncryptedTally",
    "candidacies": [_ID],
    "name": "Aigerim Sadykova",
    "occupation": "teacher",
    "birth_year": 1989,
    "address": "https://example.org/page",
    "tracker": "cZIeQc1S7rfvL3oWQAmMQwjuRHJCoLzXAmMrS7IUDXA",
    "translations": {"kk": {"statement": "Жол.", "education": ""}},
    "document": a_definition_document(),
    "denominator": "voters on the frozen roll",
    "open_phases": ["voting"],
    "calendar": a_definition_document()["calendar"],
    "phases": a_definition_document()["calendar"]["phases"],
    "instants": a_definition_document()["calendar"]["instants"],
    "states": {"counted": 1},
    "answer": "accepted",
    "votes": 41,
    "share": 0.41,
    "turnout": 0.41,
    "eligible": 100,
    "event": f'{{"parent":"{_HASH}","height":3,"type":"Ballot","payload":"{_HASH}"}}',
    "data": ['{"election_uuid":"7mZvrZBvYWcJJj","answers":[]}'],
    "trustees": f'[["Single",{{"public_key":"{_HASH}"}}]]',
    "public_credentials": [_HASH],
    "title": _TEXTS,
    "party": _TEXTS,
}

#: what a field of that kind holds; the first that fits
_VALUES: tuple[tuple[type[Any], Any], ...] = (
    (Localised, _TEXTS),
    (Instant, _INSTANT),
    (fields.AwareDateTime, _INSTANT),
    (fields.Date, "2020-09-30"),
    (fields.Boolean, False),
    (fields.Float, 0.25),
    (fields.Integer, 3),
    (fields.Dict, _TEXTS),
    (fields.List, [_ID]),
)


def a_sample(form: type[marshmallow.Schema], **known: Any) -> dict[str, Any]:
    """Data of this form, with the fields named here as given."""
    sample = {
        field.data_key or name: _value(name, field)
        for name, field in form().fields.items()
    }
    return sample | known


def _value(name: str, field: fields.Field[Any]) -> Any:
    """What a field may hold: by its kind first, then by its name."""
    if isinstance(field, fields.Nested):
        inner = a_sample(type(field.schema))
        return [inner] if field.many else inner
    if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
        return [a_sample(type(field.inner.schema))]
    if name in PLAUSIBLE and _fits(PLAUSIBLE[name], field):
        return PLAUSIBLE[name]
    return _by_kind(name, field)


def _fits(value: Any, field: fields.Field[Any]) -> bool:
    if value is None:
        return bool(field.allow_none)
    kinds = (
        (fields.String, str),
        (fields.Integer, int),
        (fields.List, list),
        ((fields.Dict, Localised), dict),
    )
    return all(
        isinstance(value, kind) for field_kind, kind in kinds
        if isinstance(field, field_kind)
    )  # fmt: skip


def _by_kind(name: str, field: fields.Field[Any]) -> Any:
    if name.endswith(("hash", "head", "fingerprint")) or name == "public_key":
        return _HASH
    if isinstance(field, fields.Enum):
        return next(iter(field.enum)).value
    if name == "params":
        return {"rank": 3}
    return next((v for kind, v in _VALUES if isinstance(field, kind)), _ID)
