"""What the repository holds, for the tests that guard its shape."""

from __future__ import annotations

import ast
import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("belenios", "chassis", "contracts", "gateway", "services", "tools")
NOT_WRITTEN_HERE = {".git", ".venv", "node_modules", "var", "dist", "__pycache__"}


def modules() -> list[Path]:
    """Our Python modules, tests and migrations apart."""
    found = (path for package in PACKAGES for path in files_in(ROOT / package, "*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def files_in(directory: Path, pattern: str) -> Iterator[Path]:
    """Files below the directory that people wrote."""
    for folder, below, names in os.walk(directory):
        below[:] = set(below) - NOT_WRITTEN_HERE
        yield from (Path(folder, name) for name in fnmatch.filter(names, pattern))


def services() -> list[Path]:
    """The folder of every service."""
    return sorted(path.parent for path in ROOT.glob("services/*/service.py"))


def name_of(path: Path) -> str:
    """A path as people write it, for the name of a test."""
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_by(path: Path) -> set[str]:
    """Dotted names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names
