"""A whole platform under siege: real services, a seeded nemesis, and an audit.

`python -m tests.faults.siege` (or `make faults`) runs it.
"""

from __future__ import annotations
