"""The records in the file of a bulk query: each put together from its lines, whole and typed, as a page has them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from jono.shopify.bulk.files import Line, open_lines
from jono.shopify.bulk.form import BulkForm
from jono.shopify.bulk.operations import BulkState

T = TypeVar("T", bound=BaseModel)
Node = dict[str, Any]

PARENT = "__parentId"


class UnreadableFileError(Exception):
    """The file is not what a bulk operation writes; what could be read of it was."""


@dataclass(frozen=True)
class Placed(Generic[T]):
    """A record, and how far the file has been read with it: so many bytes, in so many lines."""

    record: T
    position: int
    lines: int


@contextmanager
def open_records(
    form: BulkForm, model: type[T], state: BulkState, store_address: str, position: int = 0
) -> Iterator[Iterator[Placed[T]]]:
    """Fetch the records after the first `position` bytes of an operation's file, one by one.

    Of an operation that failed, what it had written by then; the last record of that may lack some of its lines, and
    is left out. Raises as `open_lines` does, and UnreadableFileError.
    """
    url = state.url or state.partial_data_url
    if url is None:
        yield iter(())
        return
    partial = state.url is None
    with open_lines(url, store_address, position, None if partial else state.file_size) as lines:
        yield _typed(put_together(lines, form, position, partial=partial), model)


def put_together(
    lines: Iterator[Line], form: BulkForm, position: int = 0, *, partial: bool = False
) -> Iterator[tuple[Node, int, int]]:
    """Yield each record with all that belongs to it, how far the file is read, and its number of lines.

    A record ends where the next one begins; the last one, of a `partial` file, nobody knows where.
    """
    record: _Record | None = None
    end, count = position, 0
    for text, after in lines:
        line = _read(text)
        parent = line.pop(PARENT, None)
        if parent is None:
            if record:
                yield record.root, end, count
            record, count = _Record(form, line), 0
        elif record is None or not record.takes(line, parent):
            raise UnreadableFileError(f"a line belongs to {parent}, which does not stand before it")
        end, count = after, count + 1
    if record and not partial:
        yield record.root, end, count


def _typed(found: Iterator[tuple[Node, int, int]], model: type[T]) -> Iterator[Placed[T]]:
    for node, end, count in found:
        try:
            yield Placed(model.model_validate(node), end, count)
        except ValidationError as error:
            raise UnreadableFileError(f"{node.get('id')} is not as asked for: {error}") from error


class _Record:
    """A record that is being put together."""

    def __init__(self, form: BulkForm, root: Node) -> None:
        self.root = root
        self._form = form
        self._nodes: dict[str, Node] = {}
        self._add(root)

    def takes(self, line: Node, parent_id: str) -> bool:
        """Put a line below its parent; False when that is no part of this record, or has no place for it."""
        parent = self._nodes.get(parent_id, {})
        field = self._form.nests.get(parent.get("__typename", ""), {}).get(line.get("__typename", ""))
        if field is None:
            return False
        parent[field]["nodes"].append(line)
        self._add(line)
        return True

    def _add(self, node: Node) -> None:
        nests = self._form.nests.get(node.get("__typename", ""), {})
        for field in nests.values():
            node[field] = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
        if nests:
            self._nodes[node["id"]] = node


def _read(text: bytes) -> Node:
    try:
        line = json.loads(text, parse_float=Decimal)
    except ValueError:
        line = None
    if not isinstance(line, dict):
        raise UnreadableFileError(f"a line is no JSON object: {text[:80]!r}")
    return line
