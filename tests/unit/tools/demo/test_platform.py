"""What cannot be played is refused before anything is started."""

from __future__ import annotations

import socket
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tools.cli import main
from tools.demo.platform import listening_address


def test_a_port_that_somebody_has_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(click.ClickException, match=address):
            listening_address(address)


def test_without_a_wish_there_is_always_a_port():
    host, _, port = listening_address().rpartition(":")

    assert host == "127.0.0.1"
    assert int(port) > 0


def test_several_processes_need_a_bus_between_them(tmp_path: Path):
    asked = ["demo", "--processes", "--folder", str(tmp_path)]

    refused = CliRunner().invoke(main, asked)

    assert refused.exit_code == 2
    assert "--bus private" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_a_database_server_that_is_not_there_is_told_in_a_line(tmp_path: Path):
    nowhere = "postgresql://me:secret@127.0.0.1:1/postgres"
    asked = [
        "demo",
        "--scale",
        "small",
        "--folder",
        str(tmp_path),
        "--database",
        nowhere,
    ]

    refused = CliRunner().invoke(main, asked)

    assert refused.exit_code == 1
    assert "Error: PostgreSQL: " in refused.output
    assert "secret" not in refused.output
