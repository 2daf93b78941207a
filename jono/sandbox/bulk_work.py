"""The work of bulk operations, piece by piece: a page of the root connection, or some lines of the uploaded file."""

import json
from itertools import islice
from typing import Any

from graphql import DocumentNode, ExecutionResult, execute_sync, parse

from jono.sandbox import stored_files
from jono.sandbox.asking import Asking
from jono.sandbox.bulk.lines import lines_of, written
from jono.sandbox.bulk.operations import Work
from jono.sandbox.faults import FaultKind, Faults
from jono.sandbox.paging import Window
from jono.sandbox.resolvers import served_schema
from jono.sandbox.state import Record, State

PAGE = 100
LINES = 20


def works(faults: Faults) -> dict[str, Work]:
    """Return what does the work of each kind of operation."""
    return {
        "QUERY": lambda state, operation: _read_page(state, operation, faults),
        "MUTATION": lambda state, operation: _carry_out_lines(state, operation, faults),
    }


def _read_page(state: State, operation: Record, faults: Faults) -> Record:
    """Read the next page of the root connection and write its lines."""
    began = operation.get("_cursor")
    window = Window(PAGE, False, tuple(began) if began else None, False)
    asking = Asking(state, faults=faults, bulk=window)
    result = execute_sync(served_schema(), parse(operation["query"]), context_value=asking)
    if result.errors:
        return operation | {"errorCode": _error_code(result), "_whole": True}
    lines = list(lines_of(result.data or {}))
    if lines:
        stored_files.append(state, operation["_file"], written(lines))
    read = operation | {
        "objectCount": str(int(operation["objectCount"]) + len(lines)),
        "rootObjectCount": str(
            int(operation["rootObjectCount"]) + sum("__parentId" not in each for each in lines)
        ),
        "_cursor": asking.bulk_next,
        "_whole": asking.bulk_next is None,
    }
    if faults.take(FaultKind.BULK_FAIL, operation["query"]):
        return read | {"errorCode": "INTERNAL_SERVER_ERROR", "_whole": True}
    return read


def _carry_out_lines(state: State, operation: Record, faults: Faults) -> Record:
    """Carry out the mutation for some more lines; each line has a result of its own."""
    begun = int(operation["rootObjectCount"])
    document = parse(operation["query"])
    chosen = list(islice(stored_files.lines(state, operation["_input"]), begun, begun + LINES))
    results = [
        _carry_out_line(state, operation, document, number, line, faults)
        for number, line in enumerate(chosen, start=begun)
    ]
    if results:
        stored_files.append(state, operation["_file"], written(results))
    done = begun + len(results)
    failed = faults.take(FaultKind.BULK_FAIL, operation["query"])
    return operation | {
        "objectCount": str(done),
        "rootObjectCount": str(done),
        "errorCode": "INTERNAL_SERVER_ERROR" if failed else None,
        "_whole": bool(failed) or len(results) < LINES,
    }


def _carry_out_line(
    state: State, operation: Record, document: DocumentNode, number: int, line: bytes, faults: Faults
) -> dict[str, Any]:
    try:
        variables = json.loads(line)
        if not isinstance(variables, dict):
            raise TypeError("a line must be an object")
    except (ValueError, TypeError) as error:
        return {"errors": [{"message": f"Invalid JSON on line {number}: {error}"}], "__lineNumber": number}
    asking = Asking(
        state, variables, operation["_version"], operation["_address"], faults, schema=served_schema()
    )
    result = execute_sync(served_schema(), document, context_value=asking, variable_values=variables)
    told: dict[str, Any] = {"data": result.data}
    if result.errors:
        told["errors"] = [each.formatted for each in result.errors]
    return told | {"__lineNumber": number}


def _error_code(result: ExecutionResult) -> str:
    codes = {(each.extensions or {}).get("code") for each in result.errors or ()}
    return "ACCESS_DENIED" if "ACCESS_DENIED" in codes else "INTERNAL_SERVER_ERROR"
