"""The statements that every run goes through, composed, parsed and planned once: many times a second, that is the cost.

Django composes a query anew each time, and PostgreSQL plans it anew. Where nothing is asked many times a second that
does not matter, and nothing there uses this.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

M = TypeVar("M", bound=Model)
Values = Sequence[Any] | Mapping[str, Any]


def execute(sql: str, values: Values) -> None:
    """Execute a statement that yields nothing."""
    with _cursor() as cursor:
        cursor.execute(sql, values)


def ask(sql: str, values: Values) -> list[tuple[Any, ...]]:
    """Execute a statement and return what it yields."""
    with _cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def read(model: type[M], sql: str, values: Values) -> list[M]:
    """Return the rows that a statement yields; in its text `{columns}` stands for the model's."""
    columns, names, converted = _shape(model)
    rows = [list(row) for row in ask(sql.replace("{columns}", columns), values)]
    for row in rows:
        for place, field in converted.items():
            row[place] = field.from_db_value(row[place], None, connection)
    return [model.from_db(connection.alias, names, row) for row in rows]


def write(row: Model, *names: str) -> None:
    """Write these fields of a row, as `row.save(update_fields=names)` would."""
    fields: list[Any] = [row._meta.get_field(name) for name in names]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    execute(_update(type(row), names), [*values, row.pk])


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model together and give them their ids, as `bulk_create` would."""
    if not rows:
        return
    fields = _inserted(type(rows[0]))
    columns = [
        [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows] for field in fields
    ]
    for row, (row_id,) in zip(rows, ask(_insert(type(rows[0])), columns), strict=True):
        row.pk, row._state.adding, row._state.db = row_id, False, connection.alias


def _cursor() -> CursorWrapper:
    """Return a cursor whose statements the connection prepares when they come again."""
    connection.ensure_connection()
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_cursor(cursor)


def _name(field: Any) -> str:
    return connection.ops.quote_name(field.column)


@cache
def _shape(model: type[Model]) -> tuple[str, list[str], dict[int, Any]]:
    """A model's columns, its fields' names, and by their place those fields that make something of what is stored."""
    fields = model._meta.concrete_fields
    converted = {place: field for place, field in enumerate(fields) if hasattr(field, "from_db_value")}
    columns = ", ".join(f"{model._meta.db_table}.{_name(field)}" for field in fields)
    return columns, [field.attname for field in fields], converted


@cache
def _inserted(model: type[Model]) -> list[Any]:
    """The fields of a new row that the database does not fill in itself."""
    return [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]


@cache
def _insert(model: type[Model]) -> str:
    fields = _inserted(model)
    names = ", ".join(map(_name, fields))
    values = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT * FROM unnest({values}) RETURNING id"  # noqa: S608


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    places = ", ".join(f"{_name(field)} = %s" for field in fields)
    return f"UPDATE {model._meta.db_table} SET {places} WHERE id = %s"  # noqa: S608 - nothing of it is data
