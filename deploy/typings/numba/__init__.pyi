# The part of numba that is used here; the library carries no annotations of its own.
# What is compiled keeps, for the type checker, the types of the Python it was.
from collections.abc import Callable
from typing import Any, overload

from numba import types as types

class config:
    CACHE_DIR: str
    CACHE_LOCATOR_CLASSES: str
    CPU_FEATURES: str | None
    CPU_NAME: str | None

@overload
def njit[F: Callable[..., Any]](
    function: F, /, *, nogil: bool = ..., error_model: str = ...
) -> F: ...
@overload
def njit[F: Callable[..., Any]](
    signature: str, /, *, cache: bool, nogil: bool = ..., error_model: str = ...
) -> Callable[[F], F]: ...
