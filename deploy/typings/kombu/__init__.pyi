# kombu says it is typed, but its annotations refuse what its own manual shows.
from typing import Any

def __getattr__(name: str) -> Any: ...
