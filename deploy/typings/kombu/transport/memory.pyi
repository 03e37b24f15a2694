from typing import Any

Channel: Any
Transport: Any
