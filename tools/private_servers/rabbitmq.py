"""A private RabbitMQ node: own name, ports, cookie, password and files."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.private_servers.programs import (
    LOOPBACK,
    Program,
    ServerUnavailable,
    accepts_connections,
    find_program,
    free_ports,
    make_home,
    running,
)

INSTALLED = "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
USER = "primaries"
AMQP_GREETING = b"AMQP\x00\x00\x09\x01"
AMQP_METHOD_FRAME = b"\x01\x00\x00"

CONFIGURATION = """\
listeners.tcp.default = {address}:{port}
default_user = {user}
default_pass = {password}
loopback_users = none
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 1GB
log.console = false
log.file.level = warning
"""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A running node: where it listens, and what its own tools need to reach it."""

    uri: str
    programs: Path
    environment: Mapping[str, str]


@contextmanager
def private_rabbitmq(directory: Path) -> Iterator[str]:
    """Run a RabbitMQ node with its files under the directory; gives its AMQP URI."""
    with private_node(directory) as node:
        yield node.uri


@contextmanager
def private_node(directory: Path) -> Iterator[Node]:
    """Run a RabbitMQ node and give it whole, for those who need virtual hosts too."""
    script = find_program(INSTALLED, "rabbitmq-server")
    home = make_home(directory, "rabbitmq")
    port, dist_port, epmd_port = free_ports(3)
    password = secrets.token_hex(16)
    _write_configuration(home, port=port, password=password)
    environment = _environment(home, port, dist_port, epmd_port)
    # epmd, Erlang's name server, would outlive the node if the node started it.
    epmd = Program(
        command=["epmd", "-address", LOOPBACK, "-port", str(epmd_port)],
        log=home / "epmd.log",
        environment=environment,
    )
    broker = Program(
        command=[str(script)], log=home / "start.log", environment=environment
    )
    with ExitStack() as stack:
        stack.enter_context(running(epmd, lambda: accepts_connections(epmd_port)))
        stack.enter_context(running(broker, lambda: speaks_amqp(port)))
        yield Node(
            uri=f"amqp://{USER}:{password}@{LOOPBACK}:{port}//",
            programs=script.parent,
            environment=environment,
        )


def create_vhost(node: Node, name: str) -> str:
    """Create a virtual host that the node's user owns; gives its AMQP URI."""
    everything = '<<".*">>'
    vhost, user = f'<<"{name}">>', f'<<"{USER}">>'
    permissions = f"{user}, {vhost}, {everything}, {everything}, {everything}, {user}"
    evaluate(
        node,
        f"ok = rabbit_vhost:add({vhost}, {user}), "
        f"ok = rabbit_auth_backend_internal:set_permissions({permissions}).",
    )
    return f"{node.uri.removesuffix('//')}/{name}"


def import_definitions(node: Node, path: Path) -> None:
    """Let a node import users, rights, exchanges and queues from a file."""
    _rabbitmqctl(node, "import_definitions", str(path))


def keep_queues(node: Node) -> None:
    """Let a node write down at once which queues it has.

    By itself it does so seconds later. Killed before, it may have a new queue's
    contents on disk and no entry for the queue, and refuses it for ever.
    """
    evaluate(node, "ok = mnesia:sync_log(), dumped = mnesia:dump_log(), ok.")


def evaluate(node: Node, expression: str) -> str:
    """Let the node itself evaluate Erlang; `rabbitmqctl` starts a machine for it."""
    finished = subprocess.run(
        ["erl_call", "-sname", node.environment["RABBITMQ_NODENAME"], "-e"],
        input=f"{expression}\n",
        env=node.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if not finished.stdout.startswith("{ok,"):
        said = f"{finished.stdout} {finished.stderr[-2000:]}"
        raise ServerUnavailable(f"the node did not evaluate {expression}: {said}")
    return finished.stdout.strip().removeprefix("{ok,").removesuffix("}").strip()


def _rabbitmqctl(node: Node, *arguments: str) -> None:
    finished = subprocess.run(
        [str(node.programs / "rabbitmqctl"), "--quiet", *arguments],
        env=node.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        message = f"rabbitmqctl {arguments[0]} failed: {finished.stderr[-2000:]}"
        raise ServerUnavailable(message)


def speaks_amqp(port: int) -> bool:
    """Whether a broker answers the AMQP greeting: an open port is not a ready one."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(AMQP_GREETING)
            return connection.recv(len(AMQP_METHOD_FRAME)) == AMQP_METHOD_FRAME
    except OSError:
        return False


def _write_configuration(home: Path, *, port: int, password: str) -> None:
    (home / "rabbitmq.conf").write_text(
        CONFIGURATION.format(address=LOOPBACK, port=port, user=USER, password=password)
    )
    (home / "enabled_plugins").write_text("[].\n")
    (home / "environment.conf").touch()


def _environment(
    home: Path, port: int, dist_port: int, epmd_port: int
) -> dict[str, str]:
    loopback_only = "-kernel inet_dist_use_interface {127,0,0,1}"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(epmd_port),
        # In the foreground and without a shell of its own, one process to stop.
        "RABBITMQ_ALLOW_INPUT": "1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-noinput {loopback_only}",
        "RABBITMQ_NODENAME": f"primaries-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(dist_port),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "environment.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
    }
