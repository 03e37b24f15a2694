"""Arithmetic on public points of Ed25519, many times faster than through bindings.

Verifying ballots and adding them up meet no secret, so they may run in variable
time, in machine code that numba makes of this package. Everything that the kernel
accepts, libsodium accepts and the other way round; what it refuses is looked at
again without it, to say why. Where numba cannot be used nothing is lost but time.

Importing this module costs nothing. `warm_up` at start-up loads the machine code,
or compiles it (half a minute, once an installation); else the first use does.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from belenios.edwards import Ed25519

if TYPE_CHECKING:
    from belenios.group import Group
    from belenios.kernel.points import Kernel

__all__ = ["kernel_available", "kernel_for", "use_kernel", "warm_up"]

_wanted = {"kernel": True}


def use_kernel(wanted: bool) -> None:  # noqa: FBT001 - it is the whole question
    """Whether to use the kernel from now on, in this process."""
    _wanted["kernel"] = wanted


def kernel_available() -> bool:
    """Whether this machine can run the kernel; compiles it when nobody did before."""
    return _load() is not None


def warm_up() -> bool:
    """Load the kernel if it is wanted and available; whether it is in use."""
    return _wanted["kernel"] and kernel_available()


def kernel_for(group: Group) -> Kernel | None:
    """The kernel where it knows the group and is in use."""
    return _load() if _wanted["kernel"] and isinstance(group, Ed25519) else None


@cache
def _load() -> Kernel | None:
    try:
        return import_module("belenios.kernel.points").Kernel()
    except (ImportError, OSError, RuntimeError):
        return None
