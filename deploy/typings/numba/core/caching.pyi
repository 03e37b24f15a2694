from collections.abc import Callable
from typing import Any

class UserProvidedCacheLocator:
    _cache_path: str
    def __init__(self, py_func: Callable[..., Any], py_file: str) -> None: ...
    def get_source_stamp(self) -> object: ...
    @classmethod
    def from_function(
        cls, py_func: Callable[..., Any], py_file: str
    ) -> UserProvidedCacheLocator | None: ...
