"""YAML as strict as JSON: no repeated keys, no aliases, no guessed types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, SequenceNode

from tools.definitions.places import Place, refuse


class _Loader(yaml.SafeLoader):
    """Reads only the types of JSON: YAML's `no`, `18:00` and dates stay text."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Refuse aliases: nothing here needs them, and they may never end."""
        if self.check_event(AliasEvent):
            mark = self.peek_event().start_mark
            raise ComposerError(None, None, "aliases are not used here", mark)
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+", list("-0123456789")),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"\A(?:{_pattern})\Z"), _first
    )


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[str, Place]]:
    """The mapping a file holds and the place of every value in it."""
    try:
        return _read(path)
    except OSError as error:
        refuse("/", f"Cannot be read: {error.strerror}.", (path, 1))
    except UnicodeDecodeError:
        refuse("/", "This is not UTF-8.", (path, 1))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        refuse("/", f"Not YAML: {error.problem}.", (path, line))
    except yaml.YAMLError as error:
        refuse("/", f"Not YAML: {error}.", (path, 1))


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Place]]:
    loader = _Loader(path.read_text(encoding="utf-8"))
    node = loader.get_single_node()
    if not isinstance(node, MappingNode):
        refuse("/", "A definition is a mapping of keys to values.", (path, 1))
    places = {pointer: (path, line) for pointer, line in _lines(node, "", path)}
    return loader.construct_document(node), places


def _lines(node: Node, pointer: str, path: Path) -> Iterator[tuple[str, int]]:
    """The line of every value, by its pointer."""
    yield pointer, node.start_mark.line + 1
    for key, below in _below(node, pointer, path):
        yield from _lines(below, f"{pointer}/{key}", path)


def _below(node: Node, pointer: str, path: Path) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        yield from _entries(node, pointer, path)
    elif isinstance(node, SequenceNode):
        yield from ((str(index), each) for index, each in enumerate(node.value))


def _entries(node: MappingNode, pointer: str, path: Path) -> Iterator[tuple[str, Node]]:
    seen: set[str] = set()
    for key, below in node.value:
        if key.tag != "tag:yaml.org,2002:str":
            refuse(pointer, "A key is a plain word.", (path, key.start_mark.line + 1))
        if key.value in seen:
            place = (path, key.start_mark.line + 1)
            refuse(f"{pointer}/{key.value}", "This key occurs twice.", place)
        seen.add(key.value)
        yield key.value, below
