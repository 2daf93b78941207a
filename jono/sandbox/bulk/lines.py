"""Turns what a bulk query answered into JSON lines: every node on its own, below the node it belongs to."""

import json
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]


def lines_of(answer: Node) -> Iterator[Node]:
    """Yield a line for every node in an answer, parents before their children."""
    _, connections = _parted(answer, None)
    for connection, parent in connections:
        for edge in connection["edges"]:
            yield from _lines(edge["node"], parent)


def written(lines: list[Node]) -> bytes:
    """Return lines as the file holds them."""
    return b"".join(
        json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for each in lines
    )


def _lines(node: Node, parent: str | None) -> Iterator[Node]:
    own, connections = _parted(node, node.get("id"))
    yield own | ({"__parentId": parent} if parent else {})
    for connection, belongs_to in connections:
        for edge in connection["edges"]:
            yield from _lines(edge["node"], belongs_to)


def _parted(node: Node, id: str | None) -> tuple[Node, list[tuple[Node, str | None]]]:
    """An object without the connections in it, and those connections with the id of what they belong to."""
    own: Node = {}
    connections: list[tuple[Node, str | None]] = []
    for name, value in node.items():
        if _is_connection(value):
            connections.append((value, id))
        elif isinstance(value, dict):
            own[name], inner = _parted(value, value.get("id") or id)
            connections += inner
        else:
            own[name] = value
    return own, connections


def _is_connection(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("edges"), list)
