"""The processes of `deploy/compose.yaml` without containers: same settings, same users.

Every process is started as its container starts it, with the settings written for it
and nothing else, so that whatever its user or role may not do shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from click.testing import CliRunner

from chassis.testing import eventually
from tests.deploy.broker import rabbitmqctl
from tests.support.sources import ROOT
from tools.cli import main
from tools.deployment.env_files import settings_in
from tools.environment import GATEWAY, SERVICES
from tools.private_servers.programs import Program, free_address, running
from tools.private_servers.rabbitmq import Node

COMMAND = [sys.executable, "-W", "ignore", "-c", "from tools.cli import main; main()"]
#: what a person adds; nothing listens there
BY_HAND = {"PRIMARIES_SMS_URL": "http://127.0.0.1:9/", "PRIMARIES_SMS_KEY": "none"}
PRIMARY = ROOT / "deploy/primaries/small-party.yaml"


@dataclass
class Topology:
    """Settings of a deployment whose servers are this machine's private ones."""

    settings: Path
    bus: str
    database: str
    gateway: str
    health: dict[str, str]
    #: what every process is told besides
    besides: dict[str, str] = field(default_factory=dict)
    processes: dict[str, ExitStack] = field(default_factory=dict)

    def settings_of(self, name: str) -> dict[str, str]:
        """What a container's file of settings says, with the hosts of this machine."""
        found = settings_in(self.settings / f"{name}.env")
        here = {
            "@rabbitmq:5672/": f"@{self.bus}/",
            "@postgresql/": f"@{self.database}/",
            "0.0.0.0:8080": self.gateway,
            "0.0.0.0:8081": self.health.get(name, ""),
        }
        for old, new in here.items():
            found = {key: value.replace(old, new) for key, value in found.items()}
        return found

    def environment_of(self, name: str) -> dict[str, str]:
        """All that a process is told."""
        told = self.settings_of(name)
        added = {key: value for key, value in BY_HAND.items() if told.get(key) == ""}
        return {"PATH": os.environ["PATH"], **told, **added, **self.besides}

    def run(self, *command: str, settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with the settings of one container."""
        return subprocess.run(
            [*COMMAND, *command],
            cwd=ROOT,
            env=self.environment_of(settings),
            capture_output=True,
            text=True,
            check=False,
        )

    def migrate(self) -> None:
        """Bring all databases to the newest version, each as its owner."""
        owners = [self.settings_of(f"{service}.migrate") for service in SERVICES]
        told = {key: value for owner in owners for key, value in owner.items()}
        environment = {"PATH": os.environ["PATH"], **told}
        subprocess.run([*COMMAND, "migrate"], cwd=ROOT, env=environment, check=True)

    def start(self, *names: str) -> None:
        """Start services, all at once; returns when they run."""
        for name in names:
            self.processes[name] = ExitStack()
            log = self.settings / f"{name}.log"
            program = Program(
                command=[*COMMAND, "run", name],
                log=log,
                environment={**self.environment_of(name), "PYTHONPATH": str(ROOT)},
            )
            self.processes[name].enter_context(running(program, lambda: True))
        for name in names:
            self._await(name)

    def is_running(self, name: str) -> bool:
        """Whether a service has said that it runs."""
        said = (self.settings / f"{name}.log").read_text(encoding="utf-8")
        return any(word in said for word in ("Running:", "Listening at"))

    def _await(self, name: str) -> None:
        try:
            eventually(lambda: self.is_running(name), seconds=30)
        except AssertionError as late:
            late.add_note((self.settings / f"{name}.log").read_text(encoding="utf-8"))
            raise

    def stop(self, name: str) -> None:
        """Stop a service as its supervisor does."""
        self.processes.pop(name).close()

    def close(self) -> None:
        """Stop everything, the gateway first."""
        for name in sorted(self.processes, key=lambda name: name != GATEWAY):
            self.stop(name)


def write_settings(directory: Path) -> None:
    """What an operator does before the first start."""
    examples = ["--examples", str(ROOT / "deploy/env")]
    for command in (
        ["deployment-secrets", *examples],
        ["rabbitmq-definitions", "--definition", str(PRIMARY)],
    ):
        done = CliRunner().invoke(main, [*command, "--directory", str(directory)])
        assert done.exit_code == 0, done.output


def create_databases(topology: Topology, superuser: str) -> None:
    """What PostgreSQL's container does at its first start."""
    server = urlsplit(superuser)
    environment = {
        "PATH": os.environ["PATH"],
        "PGHOST": str(server.hostname),
        "PGPORT": str(server.port),
        "PGUSER": str(server.username),
        "PGPASSWORD": str(server.password),
    }
    told = settings_in(topology.settings / "postgresql.env")
    script = ROOT / "deploy/postgres/create.sh"
    subprocess.run([script], env=environment | told, check=True)


@contextmanager
def deployed(
    settings: Path, node: Node, superuser: str, gateway: str, **besides: str
) -> Iterator[Topology]:
    """The whole platform, each process under its own user and role."""
    write_settings(settings)
    bus, database = urlsplit(node.uri), urlsplit(superuser)
    topology = Topology(
        settings,
        f"{bus.hostname}:{bus.port}",
        f"{database.hostname}:{database.port}",
        gateway,
        {name: free_address() for name in (*SERVICES, GATEWAY)},
        besides,
    )
    rabbitmqctl(node, "import_definitions", str(settings / "definitions.json"))
    create_databases(topology, superuser)
    try:
        topology.migrate()
        topology.start(*SERVICES, GATEWAY)
        yield topology
    finally:
        topology.close()


def bootstrap_secret_of(topology: Topology) -> str:
    """What opens the first administrator's session."""
    return topology.settings_of("registration")["PRIMARIES_BOOTSTRAP_SECRET"]
