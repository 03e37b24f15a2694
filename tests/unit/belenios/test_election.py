from __future__ import annotations

import pytest

from belenios.election import Election, Question, make_election
from belenios.encoding import dumps, loads
from belenios.errors import (
    BeleniosError,
    InvalidElection,
    InvalidElement,
    Malformed,
    UnknownGroup,
)
from belenios.group import get_group
from tests.unit.belenios.elections import BLANK, PICK, Primary

GROUP = get_group("Ed25519")
FACTS = {
    "uuid": "yUpbwC1Zjo7vJW",
    "group": "Ed25519",
    "public_key": GROUP.encode(GROUP.power_g(5)),
    "name": "Primary",
    "description": "",
    "questions": [PICK, BLANK],
}


def test_an_election_reads_as_it_was_made():
    text = make_election(**FACTS, administrator="A", credential_authority="C")
    election = Election.parse(text)

    assert election.raw == text
    assert election.questions == (PICK, BLANK)
    assert (election.uuid, election.name) == ("yUpbwC1Zjo7vJW", "Primary")
    assert election.group is GROUP
    assert election.public_key == FACTS["public_key"]
    assert len(election.fingerprint) == 43
    assert text.endswith(
        '"questions":[{"answers":["A","B","C"],"min":1,"max":2,'
        '"question":"Pick one or two"},{"answers":["Yes","No"],"blank":true,"min":1,'
        '"max":1,"question":"Or blank"}],"uuid":"yUpbwC1Zjo7vJW",'
        '"administrator":"A","credential_authority":"C"}'
    )


def test_every_change_of_an_election_changes_its_fingerprint():
    first, second = Primary().election, Primary().election

    assert first.fingerprint != second.fingerprint


def test_the_blank_flag_is_one_choice_more():
    assert (PICK.choices, BLANK.choices) == (3, 3)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"uuid": "yUpbwC1Zjo7vJ"}, InvalidElection),
        ({"uuid": "yUpbwC1Zjo7vJ0"}, InvalidElection),
        ({"group": "P-256"}, UnknownGroup),
        ({"public_key": GROUP.encode(GROUP.identity)}, InvalidElement),
        ({"public_key": "00" * 32}, InvalidElement),
        ({"questions": []}, InvalidElection),
        ({"name": 7}, Malformed),
        ({"description": 7}, Malformed),
        ({"administrator": 7}, Malformed),
        ({"credential_authority": ["A"]}, Malformed),
    ],
)
def test_parameters_that_make_no_sense_are_refused(
    changed: dict[str, object], error: type[BeleniosError]
):
    with pytest.raises(error):
        make_election(**{**FACTS, **changed})


@pytest.mark.parametrize(
    ("least", "most", "answers"), [(2, 1, 2), (-1, 1, 2), (0, 3, 2), (0, 0, 0)]
)
def test_bounds_that_cannot_be_met_are_refused(least: int, most: int, answers: int):
    with pytest.raises(InvalidElection):
        Question(question="?", answers=("A",) * answers, min=least, max=most)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.update(version=2),
        lambda e: e.update(version="1"),
        lambda e: e.update(extra=1),
        lambda e: e.pop("description"),
        lambda e: e.update(questions={}),
        lambda e: e["questions"].append({"type": "NonHomomorphic", "value": {}}),
        lambda e: e["questions"][0].update(extra=1),
        lambda e: e["questions"][0].update(min=-1),
        lambda e: e["questions"][0].update(max="1"),
        lambda e: e["questions"][0].update(answers=[1]),
        lambda e: e["questions"][0].update(question=None),
        lambda e: e["questions"][1].update(blank=False),
    ],
)
def test_an_election_of_another_form_is_refused(change):
    fields = loads(make_election(**FACTS))
    change(fields)

    with pytest.raises((Malformed, InvalidElection)):
        Election.parse(dumps(fields))


def test_an_election_has_one_spelling():
    with pytest.raises(Malformed):
        Election.parse(make_election(**FACTS) + "\n")
