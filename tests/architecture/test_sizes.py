"""Modules and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

from tests.support.sources import modules, name_of, parse

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 7


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_fits_on_a_few_screens(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_function_fits_on_one_screen(path: Path):
    too_long = {
        function.name: length_of(function)
        for function in functions_in(path)
        if length_of(function) > LONGEST_FUNCTION
    }

    assert too_long == {}


def test_most_functions_are_read_at_a_glance():
    lengths = [length_of(one) for path in modules() for one in functions_in(path)]

    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def functions_in(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(parse(path)) if isinstance(node, ast.FunctionDef)]


def length_of(function: ast.FunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1
