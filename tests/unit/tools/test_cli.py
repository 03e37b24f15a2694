"""The list of commands: told without importing any, and true."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from tools.cli import COMMANDS, main

_HELP = """
import sys
from tools.cli import main
main(["--help"], standalone_mode=False)
print(*sorted(name for name in sys.modules if name.startswith("tools.")))
"""


def test_the_list_of_commands_imports_none_of_them() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _HELP], capture_output=True, text=True, check=True
    )
    *listed, imported = told.stdout.splitlines()
    assert imported == "tools.cli"
    assert [line.split()[0] for line in listed[-len(COMMANDS) :]] == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command
    assert command.get_short_help_str(limit=1000) == COMMANDS[name].about
