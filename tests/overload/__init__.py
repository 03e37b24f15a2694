"""More people than the platform can serve: who is served, who is turned away, and how.

`python -m tests.overload` (or `make overload`) measures; `test_platform.py` looks at
what must hold at any speed.
"""

from __future__ import annotations
