"""Changes in bulk: a file of them is put up and carried out by the store, and each is told what became of it.

The order of a flow that sends some: `prepare` in the transaction that decides on them; `send` until the operation is
no longer under way (put the run off meanwhile); `results` a page at a time, each page with `settle` in its transaction;
then `unanswered`, and the task is deleted. Killed anywhere, the next run goes on with what stands in the tables: no
change is sent twice, and of none the result is lost. One purpose of a shop is for one run at a time.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Generic, TypeVar

from pydantic import BaseModel

from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.answers import InDoubtError, check_objections
from jono.shopify.api import StagedUploadsCreate
from jono.shopify.bulk.files import JSON_LINES, Line, open_lines, upload
from jono.shopify.bulk.operations import BulkState, find, look, start_mutation
from jono.shopify.bulk.reading import UnreadableFileError
from jono.shopify.client import Store
from jono.shopify.models import BulkLine, BulkOperation, Shop
from jono.shopify.operations import operations

T = TypeVar("T", bound=BaseModel)

NOT_TOLD = gettext_noop(
    "The store said nothing of what became of this. See in the store whether it was carried out before it is sent "
    "again."
)


@dataclass(frozen=True)
class Result(Generic[T]):
    """What became of one change: the store's answer, or the error; and how far the file is read with it."""

    line: BulkLine
    answer: T | None
    error: UserError | None
    position: int


def prepare(
    shop: Shop, purpose: str, mutation: type[BaseModel], changes: Iterable[tuple[str, Mapping[str, object]]]
) -> BulkOperation:
    """Write down a mutation of ours and what it is to be sent with: for each record its name and the variables.

    The variables are JSON; those of an idempotent mutation hold its key (`jono.shopify.changes`).
    """
    task = BulkOperation.objects.create(shop=shop, purpose=purpose, operation=mutation.__name__)
    lines = [
        BulkLine(bulk_operation=task, number=number, record=record, variables=dict(variables))
        for number, (record, variables) in enumerate(changes)
    ]
    BulkLine.objects.bulk_create(lines, batch_size=1000)
    task.expected = len(lines)
    task.save(update_fields=["expected"])
    return task


def send(store: Store, task: BulkOperation) -> BulkState | None:
    """Let the store carry the changes out, unless it was asked to; return how it stands, None when it is forgotten.

    Raises UserError where the shop lets nothing out, RetryLater where the store is busy, RefusedError.
    """
    if task.gid:
        return look(store, task.gid)
    state = find(store, task.key, task.asked_at) if task.asked_at else None
    if state is None:
        with _file_of(task) as file:
            path = _put_up(store, file)
        task.asked_at = now()
        task.save(update_fields=["asked_at"])
        operation = operations()[task.operation]
        named = f"mutation {operation.name}_{task.key.hex}"
        text = operation.text.replace(f"mutation {operation.name}", named, 1)
        state = start_mutation(store, text, path, task.key, task.asked_at)
    task.gid, task.began_at = state.id, state.created_at
    task.save(update_fields=["gid", "began_at"])
    return state


@contextmanager
def results(
    store: Store, task: BulkOperation, state: BulkState, mutation: type[T]
) -> Iterator[Iterator[Result[T]]]:
    """Fetch what became of the changes that are not settled yet, one by one; of a failed operation, as far as it came.

    Raises as `open_lines` does, and UnreadableFileError.
    """
    url = state.url or state.partial_data_url
    if url is None:
        yield iter(())
        return
    size = state.file_size if state.url else None
    with open_lines(url, store.address, task.position, size) as lines:
        yield _results(lines, task, mutation, store.address)


def settle(task: BulkOperation, found: Sequence[Result[Any]]) -> None:
    """Note that these results have been dealt with; in the transaction that does so."""
    BulkLine.objects.filter(pk__in=[each.line.pk for each in found]).delete()
    task.position = found[-1].position
    task.records += len(found)
    task.save(update_fields=["position", "records"])


def unanswered(task: BulkOperation) -> Iterator[tuple[BulkLine, InDoubtError]]:
    """Yield the changes of which an operation that has ended said nothing: nobody knows whether they were made."""
    for line in task.changes.order_by("number"):
        yield line, InDoubtError(NOT_TOLD)


@contextmanager
def _file_of(task: BulkOperation) -> Iterator[BinaryIO]:
    with TemporaryFile() as file:
        for line in task.changes.order_by("number").iterator():
            file.write(json.dumps(line.variables, separators=(",", ":")).encode() + b"\n")
        file.seek(0)
        yield file


def _put_up(store: Store, file: BinaryIO) -> str:
    """Put the file where the store makes room for it; return the path by which the store knows it."""
    wanted = {
        "resource": "BULK_MUTATION_VARIABLES",
        "filename": "changes.jsonl",
        "mimeType": JSON_LINES,
        "httpMethod": "POST",
    }
    # Room made twice harms nobody: what stays unused goes by itself.
    payload = store.change(StagedUploadsCreate, lambda: None, input=[wanted]).staged_uploads_create
    targets = (payload and payload.staged_targets) or []
    fields = {each.name: each.value for target in targets for each in target.parameters}
    if len(targets) != 1 or not targets[0].url or "key" not in fields:
        raise UserError(
            gettext_noop("%(address)s has made no room for the file with the changes."), address=store.address
        )
    upload(targets[0].url, store.address, fields, file)
    return fields["key"]


def _results(
    lines: Iterator[Line], task: BulkOperation, mutation: type[T], address: str
) -> Iterator[Result[T]]:
    waiting = {line.number: line for line in task.changes.all()}
    for text, position in lines:
        try:
            told = json.loads(text)
            line = waiting.pop(told["__lineNumber"], None)
        except (ValueError, TypeError, KeyError):
            raise UnreadableFileError(f"a line is no result: {text[:80]!r}") from None
        if line:
            yield _result(line, told, mutation, address, position)


def _result(
    line: BulkLine, told: Mapping[str, Any], mutation: type[T], address: str, position: int
) -> Result[T]:
    """One line: userErrors and errors are errors of that record alone."""
    if told.get("errors"):
        message = "; ".join(str(each.get("message", each)) for each in told["errors"])
        refused = UserError(gettext_noop("The store refused a change: %(message)s"), message=message)
        return Result(line, None, refused, position)
    data = told.get("data") or {}
    try:
        check_objections(data, address)
    except UserError as objected:
        return Result(line, None, objected, position)
    return Result(line, mutation.model_validate(data), None, position)
