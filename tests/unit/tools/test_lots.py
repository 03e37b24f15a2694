"""The lot command: anybody draws the published order again."""

from __future__ import annotations

import hashlib
import json

from click.testing import CliRunner, Result

from contracts.lots import lot_order
from tools.lots import lot

VALUE = "03 09 17 22 41 44"
LOT = ("--primary", "tiny-2020", "--thing", "mazhilis-kz-akm", "--value", VALUE)


def draw(*arguments: str) -> Result:
    return CliRunner().invoke(lot, [*LOT, *arguments])


def test_the_order_is_printed_with_the_keys_that_made_it():
    order = lot_order("tiny-2020", "mazhilis-kz-akm", VALUE, ["ann", "bob", "eve"])

    printed = draw("eve", "ann", "bob").output

    places = [printed.index(f"{name}  ") for name, _ in order]
    assert places == sorted(places)
    assert all(key in printed for _, key in order)
    seed = hashlib.sha256(f"tiny-2020|mazhilis-kz-akm|{VALUE}".encode())
    assert seed.hexdigest() in printed


def test_the_order_can_be_had_as_json():
    drawn = json.loads(draw("--json", "ann", "bob").output)

    order = lot_order("tiny-2020", "mazhilis-kz-akm", VALUE, ["ann", "bob"])
    assert [(each["id"], each["key"]) for each in drawn["order"]] == order


def test_an_id_given_twice_is_a_mistake():
    result = draw("ann", "bob", "ann")

    assert result.exit_code == 2
    assert "ann" in result.output


def test_without_ids_there_is_nothing_to_draw():
    assert draw().exit_code == 2
