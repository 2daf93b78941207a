"""Finds the metafields of a record."""

from collections.abc import Sequence

from jono.sandbox.state import Record, State


def metafields_of(
    state: State, owner: str, namespace: str | None = None, keys: Sequence[str] | None = None
) -> list[Record]:
    """Return a record's metafields: all, those of a namespace, those of some keys (`key` or `namespace.key`)."""
    select = (
        "SELECT body FROM record WHERE kind = 'Metafield' AND json_extract(body, '$.owner') = ? ORDER BY id"
    )
    found = [state.open("Metafield", body) for (body,) in state.rows(select, (owner,))]
    return [
        each
        for each in found
        if namespace in (None, each["namespace"])
        and (keys is None or each["key"] in keys or f"{each['namespace']}.{each['key']}" in keys)
    ]
