"""What can go wrong, as types.

    DomainError
     ├── Invalid        what was sent cannot be used
     ├── Unauthorized   nobody is signed in, or the signature is not ours
     ├── Forbidden      somebody is signed in who may not do this
     ├── NotFound       there is no such thing
     ├── Conflict       it collides with what has already happened
     └── Unavailable    it may work in a moment

The docstring of a class is its message. Children live in `contracts`, carry a
stable `code` (the class name in snake case unless given) and arrive in the
caller's process as the same class that was raised in the service's.
"""

from __future__ import annotations

import inspect
import json
from typing import ClassVar

from nameko.exceptions import deserialize_to_instance

from chassis.names import snake_case


class DomainError(Exception):
    """Something went wrong that the caller can understand."""

    code: ClassVar[str] = "domain_error"
    #: every concrete error by its code, for the documentation and the edge
    by_code: ClassVar[dict[str, type[DomainError]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            cls.code = snake_case(cls.__name__)
        DomainError.by_code[cls.code] = cls
        deserialize_to_instance(cls)

    def __init__(self, packed: str = "{}", /, **params: object) -> None:
        """Take the facts that make the message useful; all must be JSON.

        `packed` is how the bus carries them: it turns arguments into text.
        """
        self.params: dict[str, object] = params or json.loads(packed)
        super().__init__(json.dumps(self.params, default=str))

    @classmethod
    def message(cls) -> str:
        """The message before it is filled in: the docstring's first paragraph."""
        text = inspect.cleandoc(cls.__doc__ or "").split("\n\n", maxsplit=1)[0]
        return " ".join(text.split())

    def filled(self, message: str, **params: object) -> str:
        """`message`, or a translation of it, with this error's facts."""
        return message.format_map(_Params(self.params | params))

    @property
    def detail(self) -> str:
        """The message, filled in."""
        return self.filled(self.message())

    def __str__(self) -> str:
        return self.detail


class _Params(dict[str, object]):
    """Leaves a placeholder in place when its fact was not given."""

    def __missing__(self, key: str) -> str:
        return f"[{key}]"


class Invalid(DomainError):
    """What was sent cannot be used."""


class Unauthorized(DomainError):
    """Sign in first."""


class Forbidden(DomainError):
    """This is not yours to do."""


class NotFound(DomainError):
    """There is no such thing."""


class Conflict(DomainError):
    """This collides with something that has already happened."""


class Unavailable(DomainError):
    """A part of the platform does not answer just now. Try again in a moment."""


class InvalidPayload(Invalid):
    """The request does not have the agreed form; see the list of problems."""


class SimultaneousChange(Conflict):
    """Somebody changed the same thing at the same moment. Look again."""


class NotSignedIn(Unauthorized):
    """Sign in first: this needs one of these roles: {roles}."""


class PrincipalRefused(Unauthorized):
    """The proof of who you are is not valid here: {reason}."""


class RoleMissing(Forbidden):
    """This needs one of these roles: {roles}."""


class OtherPrimary(Forbidden):
    """You are signed in to another primary: {primary}."""


class ServiceUnavailable(Unavailable):
    """The {service} service does not answer just now. Try again in a moment."""


class Overloaded(Unavailable):
    """The {service} service has more to do than it can. Try again in a moment."""


@deserialize_to_instance
class ServiceFailed(Exception):
    """A service answered with an error that is nobody's but its own: a bug."""
