"""The `primaries` command: one group, each command in a module of its own."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

import click


class Entry(NamedTuple):
    """Where a command is, as `module:attribute`, and what it does."""

    place: str
    about: str


#: a command's own module says the same; `tools.processes` patches the process
COMMANDS: dict[str, Entry] = {
    "bench": Entry(
        "tools.bench.command:bench",
        "Measure every step of an election, side by side, and write "
        "docs/benchmarks.md.",
    ),
    "define": Entry(
        "tools.defining:define", "Define the primary that FILE (YAML) describes."
    ),
    "demo": Entry(
        "tools.demo.command:demo",
        "Play a whole primary, 17 August to 5 October 2020, in about a minute.",
    ),
    "deployment-secrets": Entry(
        "tools.deployment.commands:write_secrets",
        "Write the settings of every process, with fresh keys and passwords.",
    ),
    "healthcheck": Entry(
        "tools.healthcheck:healthcheck",
        "Say whether the process that has this environment is ready to work.",
    ),
    "loadtest": Entry(
        "tools.loadtest.command:loadtest",
        "Let a crowd ask a platform what PLAN says, at a steady rate.",
    ),
    "lot": Entry(
        "tools.lots:lot", "Recompute the order that a lot puts candidacies in."
    ),
    "migrate": Entry(
        "tools.processes:migrate",
        "Bring the databases of SERVICES (all by default) to the newest version.",
    ),
    "parked": Entry(
        "tools.parked:parked",
        "Look after events that a service could not handle and has put aside.",
    ),
    "rabbitmq-definitions": Entry(
        "tools.deployment.commands:write_definitions",
        "Write what RabbitMQ imports: users, rights, queues, policies.",
    ),
    "run": Entry(
        "tools.processes:run_one",
        "Run one SERVICE, as the environment alone says (.env.example).",
    ),
    "sandbox": Entry(
        "tools.sandbox.command:sandbox",
        "Replay a made-up primary's public log, from nominations to lists.",
    ),
    "subscribe": Entry(
        "tools.subscriber.command:subscribe",
        "Print the public log: one event a line, in JSON (CloudEvents 1.0).",
    ),
    "trustee": Entry(
        "tools.trustee:trustee",
        "What a trustee does, offline: make a key, later decrypt the tallies.",
    ),
    "up": Entry(
        "tools.processes:up",
        "Run the whole platform in this one process: memory bus, SQLite, no set-up.",
    ),
    "verify": Entry(
        "tools.verifier:verify",
        "Verify boards: every event, ballot, proof, sum and result in each ARCHIVE.",
    ),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, without importing any."""
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command named, if there is one."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, attribute = COMMANDS[cmd_name].place.split(":")
        return getattr(import_module(module), attribute)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands by the table: to import them all takes seconds."""
        listed = (click.Command(n, help=each.about) for n, each in COMMANDS.items())
        click.Group(commands=[*self.commands.values(), *listed]).format_commands(
            ctx, formatter
        )


@click.command(cls=LazyGroup)
@click.version_option(package_name="primaries")
def main() -> None:
    """Run a party's primary, from nomination to verified result."""
