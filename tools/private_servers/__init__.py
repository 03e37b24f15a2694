"""Private servers: a RabbitMQ node and a PostgreSQL cluster that live for one block.

Tests and `--bus private` need real servers and must neither depend on nor disturb the
ones a machine already runs. So each server has a name of its own, free ports on the
loopback interface, fresh passwords, and all its files under one directory.
"""

from __future__ import annotations

from tools.private_servers.postgresql import (
    create_database,
    private_cluster,
    private_postgresql,
)
from tools.private_servers.programs import ServerUnavailable
from tools.private_servers.rabbitmq import create_vhost, private_node, private_rabbitmq

__all__ = [
    "ServerUnavailable",
    "create_database",
    "create_vhost",
    "private_cluster",
    "private_node",
    "private_postgresql",
    "private_rabbitmq",
]
