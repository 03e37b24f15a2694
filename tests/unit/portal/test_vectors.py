"""What the browser's code is compared with is what Python makes today."""

from __future__ import annotations

import pytest

from tests.unit.portal.node import PORTAL, run
from tests.unit.portal.vectors import FILES, FOLDER, written


@pytest.mark.parametrize("name", FILES)
def test_python_makes_the_vectors_that_the_browser_must_make(name: str):
    assert (FOLDER / name).read_text(encoding="utf-8") == written(name)


def test_the_browsers_own_tests_pass():
    tests = sorted(str(path) for path in PORTAL.glob("test/*.test.js"))

    done = run("--test", *tests)

    assert tests
    assert done.returncode == 0, done.stdout
