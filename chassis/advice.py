"""What an operator should do about a server that does not do its work.

Of an error only what the server says of itself is told: why it lets nobody in, or its
code. The text of any other error may quote what nobody should read.
"""

from __future__ import annotations

from amqp.exceptions import AccessRefused, NotAllowed

from chassis.blockade import Blocked
from chassis.db import code_of, said_at_the_door

_BROKER = "See whether RabbitMQ runs, and has disk and memory left."
_FULL = (
    "RabbitMQ is short of memory or disk and takes no messages: give it room"
    " (`rabbitmq-diagnostics alarms`); nothing is lost meanwhile."
)
_REFUSED = (
    "RabbitMQ refuses the user or the password in PRIMARIES_AMQP_URI, or a right that"
    " its definitions should give."
)
_ELSEWHERE = "RabbitMQ does not let this user into the virtual host of its URI."
_BY_KIND: dict[type[BaseException], str] = {
    Blocked: _FULL,
    AccessRefused: _REFUSED,
    NotAllowed: _ELSEWHERE,
}

_DATABASE = "See whether PostgreSQL runs."
_OLD_TABLES = "Its tables are missing or of another release: run `primaries migrate`."
_BY_CODE = {
    "25006": "It cannot be written to. Is it a standby, or was it made read-only?",
    "42P01": _OLD_TABLES,
    "42703": _OLD_TABLES,
    "42501": "Its role lacks a right: run deploy/postgres/create.sh.",
    "53100": "Its disk is full.",
    "55P03": "Somebody holds a lock on a table: nothing was changed, try again.",
    "53300": "All of PostgreSQL's connections are taken (max_connections).",
}


def about_broker(error: BaseException) -> str:
    """What to do when a message to the broker does not come back."""
    cause = error.__cause__ or error
    return _BY_KIND.get(type(error)) or _BY_KIND.get(type(cause)) or _BROKER


def about_database(error: BaseException) -> str:
    """What to do when the database does not answer as it should."""
    return advice_on(error) or _DATABASE


def advice_on(error: BaseException) -> str:
    """The same, where the database has said what is wrong; else nothing."""
    if said := said_at_the_door(error):
        return f"{_DATABASE} It says: {said}"
    return _BY_CODE.get(code_of(error) or "", "")
