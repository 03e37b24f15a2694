from __future__ import annotations

import re
from pathlib import Path

from tests.unit.belenios.elections import verify

README = Path(__file__).parents[3] / "belenios" / "README.md"


def test_the_example_of_the_readme_is_a_verified_election():
    [code] = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    scope: dict[str, object] = {}

    exec(code, scope)

    archive = scope["archive"]
    assert isinstance(archive, bytes)
    assert verify(archive).counted == 1
