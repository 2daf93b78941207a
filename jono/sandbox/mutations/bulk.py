"""Bulk operations and staged uploads, asked for by an app."""

from jono.sandbox import stored_files, uploads
from jono.sandbox.asking import Asking
from jono.sandbox.bulk import operations
from jono.sandbox.bulk.rules import InvalidBulkError, read_mutation, read_query
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.state import State


def run_query(asking: Asking, arguments: Arguments) -> Payload:
    """`bulkOperationRunQuery`."""
    try:
        read_query(asking.served, arguments["query"])
    except InvalidBulkError as error:
        raise refuse(("query",), str(error), "INVALID") from None
    _check_room(asking.state, "QUERY")
    return {"bulkOperation": operations.start(asking.state, "QUERY", arguments["query"])["id"]}


def run_mutation(asking: Asking, arguments: Arguments) -> Payload:
    """`bulkOperationRunMutation`."""
    try:
        read_mutation(asking.served, arguments["mutation"])
    except InvalidBulkError as error:
        raise refuse(("mutation",), str(error), "INVALID_MUTATION") from None
    path = arguments["stagedUploadPath"].split(uploads.PATH)[-1]
    if not stored_files.exists(asking.state, path):
        message = "The JSONL file could not be found. Try uploading the file again."
        raise refuse(None, message, "NO_SUCH_FILE")
    if stored_files.size(asking.state, path) > uploads.LARGEST:
        raise refuse(None, "The input file size exceeds the maximum of 100 MB.", "INVALID_STAGED_UPLOAD_FILE")
    _check_room(asking.state, "MUTATION")
    own = {"_input": path, "_version": asking.version, "_address": asking.address}
    operation = operations.start(asking.state, "MUTATION", arguments["mutation"], **own)
    return {"bulkOperation": operation["id"]}


def cancel(asking: Asking, arguments: Arguments) -> Payload:
    """`bulkOperationCancel`."""
    operation = asking.state.find(arguments["id"])
    if operation is None or operation["__typename"] != "BulkOperation":
        raise refuse(("id",), "Bulk operation does not exist")
    if operation["status"] not in ("CREATED", "RUNNING"):
        words = operation["status"].lower()
        raise refuse(("id",), f"A bulk operation cannot be canceled when it is {words}")
    return {"bulkOperation": operations.cancel(asking.state, operation)["id"]}


def create_uploads(asking: Asking, arguments: Arguments) -> Payload:
    """`stagedUploadsCreate`."""
    staged = [uploads.stage(asking.state, asking.address, each) for each in arguments["input"]]
    return {"stagedTargets": staged}


def _check_room(state: State, kind: str) -> None:
    busy = operations.running(state, kind)
    if len(busy) >= operations.AT_ONCE:
        ids = ",".join(each["id"] for each in busy)
        message = f"A bulk {kind.lower()} operation for this app and shop is already in progress: {ids}."
        raise refuse(None, message, "OPERATION_IN_PROGRESS")
