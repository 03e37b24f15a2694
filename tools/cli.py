"""The `primaries` command: one group, each command in a module of its own."""

from __future__ import annotations

from importlib import import_module

import click

#: each command's module and the command in it; `tools.processes` patches the process
COMMANDS: dict[str, str] = {
    "bench": "tools.bench.command:bench",
    "define": "tools.defining:define",
    "demo": "tools.demo.command:demo",
    "deployment-secrets": "tools.deployment.commands:write_secrets",
    "healthcheck": "tools.healthcheck:healthcheck",
    "loadtest": "tools.loadtest.command:loadtest",
    "lot": "tools.lots:lot",
    "migrate": "tools.processes:migrate",
    "parked": "tools.parked:parked",
    "rabbitmq-definitions": "tools.deployment.commands:write_definitions",
    "run": "tools.processes:run_one",
    "sandbox": "tools.sandbox.command:sandbox",
    "subscribe": "tools.subscriber.command:subscribe",
    "trustee": "tools.trustee:trustee",
    "up": "tools.processes:up",
    "verify": "tools.verifier:verify",
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
        module, attribute = COMMANDS[cmd_name].split(":")
        return getattr(import_module(module), attribute)


@click.command(cls=LazyGroup)
@click.version_option(package_name="primaries")
def main() -> None:
    """Run a party's primary, from nomination to verified result."""
