"""A broker that has imported our definitions, and its users."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from amqp.exceptions import NotFound
from kombu import Connection, Exchange, Queue

from tools.deployment.definitions import Platform, definitions_for, rights_by_user
from tools.deployment.secrets_files import new_password
from tools.private_servers.rabbitmq import Node


@dataclass(frozen=True)
class Broker:
    """A virtual host whose users are those of a deployment."""

    node: Node
    platform: Platform
    passwords: dict[str, str]

    def uri_of(self, user: str) -> str:
        """Where this user meets the broker."""
        place = urlsplit(self.node.uri)
        address = f"{user}:{self.passwords[user]}@{place.hostname}:{place.port}"
        return f"amqp://{address}/{self.platform.vhost}"

    @contextmanager
    def as_user(self, user: str) -> Iterator[Connection]:
        """A connection on which the broker confirms, so refuses, what is published."""
        options = {"confirm_publish": True}
        with Connection(self.uri_of(user), transport_options=options) as connection:
            yield connection

    def publish(self, user: str, exchange: str, key: str) -> None:
        """Publish a message and wait for the broker's word."""
        with self.as_user(user) as connection:
            producer = connection.Producer()
            producer.publish({}, exchange=exchange, routing_key=key, timeout=10)

    def bind(self, user: str, queue: str, exchange: str, key: str) -> None:
        """Declare a queue and bind it, as a subscriber does."""
        with self.as_user(user) as connection:
            channel = connection.default_channel
            if not _exists(connection, queue):
                Queue(queue, durable=True)(channel).queue_declare()
            source = Exchange(exchange, "topic", no_declare=True)
            Queue(queue)(channel).bind_to(source, routing_key=key)

    def read(self, user: str, queue: str) -> Any:
        """The next message of a queue, if there is one."""
        with self.as_user(user) as connection:
            message = Queue(queue)(connection.default_channel).get(no_ack=True)
            return None if message is None else message.body


def _exists(connection: Connection, queue: str) -> bool:
    with connection.channel() as channel:
        try:
            channel.queue_declare(queue, passive=True)
        except NotFound:
            return False
        return True


def import_into(node: Node, platform: Platform, folder: Path) -> Broker:
    """Let the node import the definitions, as it does when it starts."""
    passwords = {user: new_password() for user in rights_by_user(platform)}
    path = folder / f"{platform.vhost}.json"
    path.write_text(json.dumps(definitions_for(platform, passwords)), encoding="utf-8")
    rabbitmqctl(node, "import_definitions", str(path))
    return Broker(node, platform, passwords)


def rabbitmqctl(node: Node, *arguments: str) -> str:
    """What the broker's own tool says."""
    return subprocess.run(
        [str(node.programs / "rabbitmqctl"), "--quiet", *arguments],
        env=node.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
