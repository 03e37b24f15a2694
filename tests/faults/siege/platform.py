"""The platform as it is deployed, two replicas of what must not be alone.

Every process runs with the settings, the broker's user and the database role of its
container; their connections to the broker pass a wire that can be cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from chassis.clock import set_clock
from tests.deploy.broker import rabbitmqctl
from tests.deploy.topology import (
    COMMAND,
    Topology,
    create_databases,
    write_settings,
)
from tests.faults.siege.proxy import Wire
from tests.faults.siege.servers import (
    DatabaseServer,
    Server,
    await_that,
    broker_of,
    database_of,
)
from tests.faults.siege.supervisor import Child, Supervisor
from tests.support.sources import ROOT
from tools.api import Api
from tools.demo.platform import Platform
from tools.deployment.definitions import OPERATOR
from tools.deployment.env_files import BUS
from tools.environment import GATEWAY
from tools.private_servers import private_cluster, private_node
from tools.private_servers.programs import LOOPBACK, free_address
from tools.private_servers.rabbitmq import Node

REPLICAS = {"registration": 2, "campaign": 1, "voting": 2, "tally": 2, GATEWAY: 1}


@dataclass(frozen=True, kw_only=True)
class Besieged:
    """A running platform, and everything of it that can be broken."""

    folder: Path
    url: str
    clock: Path
    topology: Topology
    node: Node
    broker: Server
    database: DatabaseServer
    wire: Wire
    supervisor: Supervisor

    @property
    def bus(self) -> str:
        """The broker as its operator meets it, past the wire."""
        return self.bus_of(OPERATOR)

    def bus_of(self, user: str) -> str:
        """The broker as somebody meets it, past the wire."""
        uri = self.topology.settings_of(user)[BUS]
        return uri.replace(f":{self.wire.port}/", f":{_port(self.node.uri)}/")

    def unready(self) -> dict[str, str]:
        """What is wrong with each process that does not say that it is ready."""
        asked = {
            child.name: _complaint(child.health)
            for child in self.supervisor.children
            if child.health
        }
        return {name: complaint for name, complaint in asked.items() if complaint}

    def for_the_stage(self) -> Platform:
        """What the acts of the demonstration need to know of it."""
        return Platform(
            url=self.url,
            shown_at=self.url,
            clock=self.clock,
            environment=self.topology.settings_of("registration"),
            children=(),
        )


@contextmanager
def besieged(folder: Path, now: datetime) -> Iterator[Besieged]:
    """Servers and processes in a folder of their own; stopped in any case."""
    clock = folder / "clock"
    set_clock(clock, now)
    with ExitStack() as stack:
        node = stack.enter_context(private_node(folder))
        cluster = stack.enter_context(private_cluster(folder, durable=True))
        wire = stack.enter_context(Wire(_port(node.uri)).open())
        restarted = stack.enter_context(ExitStack())  # ends after the processes
        topology = _set_up(folder, node, cluster.url, wire)
        platform = Besieged(
            folder=folder,
            url=f"http://{topology.gateway}",
            clock=clock,
            topology=topology,
            node=node,
            broker=broker_of(node, restarted),
            database=database_of(cluster, restarted),
            wire=wire,
            supervisor=_supervisor(topology, folder, clock),
        )
        stack.enter_context(platform.supervisor.watching())
        await_that(Api(platform.url).is_up, seconds=120)
        yield platform


def _set_up(folder: Path, node: Node, superuser: str, wire: Wire) -> Topology:
    """Settings, users, roles and tables, as an operator makes them once."""
    settings = folder / "settings"
    write_settings(settings)
    topology = Topology(
        settings,
        f"{LOOPBACK}:{wire.port}",
        f"{LOOPBACK}:{_port(superuser)}",
        free_address(),
        health={},
    )
    rabbitmqctl(node, "import_definitions", str(settings / "definitions.json"))
    create_databases(topology, superuser)
    topology.migrate()
    return topology


def _supervisor(topology: Topology, folder: Path, clock: Path) -> Supervisor:
    supervisor = Supervisor()
    for service, replicas in REPLICAS.items():
        for number in range(1, replicas + 1):
            name = f"{service}-{number}"
            health = free_address()
            environment = {
                **topology.environment_of(service),
                "PYTHONPATH": str(ROOT),
                "PRIMARIES_DEMO": "1",
                "PRIMARIES_CLOCK_FILE": str(clock),
                "PRIMARIES_HEALTH_ADDRESS": health,
            }
            supervisor.children.append(
                Child(
                    name=name,
                    service=service,
                    command=[*COMMAND, "run", service],
                    environment=environment,
                    log=folder / f"{name}.log",
                    health=health,
                )
            )
    return supervisor


def _complaint(health: str) -> str:
    """Why a process is not ready; nothing if it is."""
    try:
        answer = httpx.get(f"http://{health}/readyz", timeout=5)
    except httpx.HTTPError as error:
        return type(error).__name__
    return "" if answer.is_success else f"{answer.status_code}: {answer.text}"


def _port(uri: str) -> int:
    port = urlsplit(uri).port
    assert port is not None
    return port
