"""One line of the table of pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from chassis.auth import Role
from chassis.errors import DomainError
from chassis.operations import PUBLIC
from gateway.pages.forms import Outcome
from gateway.pages.page import Page

View = Callable[[Page], dict[str, Any]]
Deed = Callable[[Page], Outcome]

_KIB = 1024


@dataclass(frozen=True)
class Task:
    """A page in the list of what somebody with a role can do, in words of English."""

    role: Role
    title: str
    about: str
    #: the phase in which it can be done; empty where it always can
    phase: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """A page: its address, its template, and what fills it.

    Whoever sends a form of it asks for one of its deeds. What a deed refuses is said
    on the page itself, which is filled again; what was written is kept.
    """

    address: str
    template: str
    view: View
    #: who may see it; empty means anybody
    roles: frozenset[Role] = PUBLIC
    #: what its forms can do, by the value of their field `do`
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    #: never kept by a cache, though anybody may see it
    personal: bool = False
    #: what the document may load and do, where that is less than usual
    policy: str = ""
    #: the field to which an error belongs that names none
    blamed: Mapping[type[DomainError], str] = field(default_factory=dict)
    #: for whom the page stands on "My page"
    tasks: tuple[Task, ...] = ()
    #: bytes of a form at most
    max_body: int = 64 * _KIB

    @property
    def methods(self) -> list[str]:
        """What may be asked of this address."""
        return ["GET", "POST"] if self.deeds else ["GET"]


@dataclass(frozen=True)
class File:
    """A file that pages refer to: its address, and what answers it."""

    address: str
    answer: Callable[[Request, str], Response]

    @property
    def methods(self) -> list[str]:
        """What may be asked of this address."""
        return ["GET"]


@dataclass(frozen=True)
class Direct:
    """What an address answers without a template: a download, the way elsewhere."""

    address: str
    answer: Callable[[Page], Response]

    @property
    def methods(self) -> list[str]:
        """What may be asked of this address."""
        return ["GET"]
