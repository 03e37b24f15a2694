"""What is wrong with a field is told to people, not to programmers."""

from __future__ import annotations

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from gateway.pages.languages import speaking
from gateway.pages.wrong import in_words


class Form(Schema):
    """A field of each kind that forms have."""

    name = fields.String(required=True, validate=validate.Length(1, 64))
    text = fields.String(validate=validate.Length(max=20))
    votes = fields.Integer(validate=validate.Range(0, 30))
    page = fields.Url()
    at = fields.AwareDateTime()
    kind = fields.String(validate=validate.OneOf(["add", "change"]))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Fill this in."),
        ({"name": ""}, "Fill this in, with 64 characters at most."),
        ({"name": "A", "text": "a" * 21}, "Write 20 characters at most."),
        ({"name": "A", "votes": "many"}, "Write a number."),
        ({"name": "A", "votes": 31}, "Write a number from 0 to 30."),
        (
            {"name": "A", "page": "mine"},
            "Write a web address; it begins with https://.",
        ),
        ({"name": "A", "at": "soon"}, "Write a day, and a time with it."),
        ({"name": "A", "kind": "eat"}, "Choose one of those offered."),
    ],
)
def test_what_a_schema_finds_wrong_is_told_in_words_for_people(sent, told):
    with pytest.raises(ValidationError) as refusal:
        Form().load(sent)
    ((detail,),) = refusal.value.normalized_messages().values()

    assert in_words(detail) == told
    with speaking("ru"):
        assert in_words(detail) not in (told, detail)


def test_what_nobody_foresaw_is_told_as_it_stands():
    assert in_words("The sums differ by 2.") == "The sums differ by 2."
