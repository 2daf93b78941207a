"""The database of a command: there while it works, and brought up to date by `jono migrate`."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jono.cli.terminal import Json, console, print_json
from jono.kit import postgres
from jono.web.permission_sets import make_permission_sets


@contextmanager
def database() -> Iterator[None]:
    """Keep the database up during a command: `@database()` below `@app.command()`, or in a `with`."""
    with postgres.serve():
        yield


@database()
def migrate(as_json: Json = False) -> None:
    """Bring the database up to this version of Jono."""
    applied = bring_up_to_date()
    if as_json:
        print_json({"applied": applied})
    elif applied:
        count = len(applied)
        console.print(ngettext("%(count)s change made.", "%(count)s changes made.", count) % {"count": count})
    else:
        console.print(_("The database is up to date."))


def bring_up_to_date() -> list[str]:
    """Apply the migrations that are missing and return their names; only one process at a time does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('jono migrate'))")
        try:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            call_command("migrate", verbosity=0, interactive=False)
            make_permission_sets()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('jono migrate'))")
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
