"""How the kernel becomes machine code, and where that is kept.

Compiling takes half a minute, so it is done once, when the program is installed;
later processes load the result in a fraction of a second. What was compiled is for
any processor of the architecture, so that an image runs where it was not built.
"""

from __future__ import annotations

import hashlib
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

from numba import config, njit
from numba.core.caching import UserProvidedCacheLocator

Function = TypeVar("Function", bound=Callable[..., Any])

# Every module whose text decides what the machine code does.
SOURCES = ("machine", "field", "curve", "multiples", "entries")

config.CPU_NAME = "generic"
config.CPU_FEATURES = ""


def source_stamp() -> str:
    """A hash of the kernel's source; machine code made from another is refused."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update(pkgutil.get_data("belenios.kernel", f"{name}.py") or b"")
    return digest.hexdigest()


class KernelCache(UserProvidedCacheLocator):
    """Beside the source, or in numba's own `NUMBA_CACHE_DIR` where that is set.

    numba by itself would look at the one module that a function stands in, and
    would demand to write where reading is enough.
    """

    def __init__(self, py_func: Callable[..., Any], py_file: str) -> None:
        super().__init__(py_func, py_file)
        if not config.CACHE_DIR:
            self._cache_path = f"{py_file.rpartition('/')[0]}/__pycache__"

    def get_source_stamp(self) -> str:
        """All the kernel's modules together."""
        return source_stamp()

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> KernelCache:
        """The cache of a function, without asking whether it can be written."""
        return cls(py_func, py_file)


config.CACHE_LOCATOR_CLASSES = f"{__name__}.{KernelCache.__name__}"


def entry(signature: str) -> Callable[[Function], Function]:
    """What Python calls: compiled when its module is imported, or loaded."""
    return njit(signature, cache=True, nogil=True, error_model="numpy")


def part(function: Function) -> Function:
    """What only compiled code calls: compiled into those who call it."""
    return njit(function, nogil=True, error_model="numpy")
