from typing import Any

class Type:
    def __call__(self, *arguments: Type) -> Any: ...

class UniTuple(Type):
    def __init__(self, dtype: Type, count: int) -> None: ...

uint64: Type
