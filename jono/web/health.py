"""/healthz and /readyz: whether this process works, and whether the whole installation does; 503 and why if not."""

import logging
from collections.abc import Callable, Mapping

import psycopg
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jono.jobs.signs import LIVES_FOR, living_workers
from jono.web.live import connection_parameters

log = logging.getLogger(__name__)

PATIENCE = 2
"""Seconds the database has to answer in."""


class Unwell(Exception):  # noqa: N818
    """A check has failed; the message is told to whoever asked."""


@login_not_required
@never_cache
@require_safe
def show_health(_request: HttpRequest) -> JsonResponse:
    """Answer whether this process and its database answer: if not for long, start the process anew."""
    return _report({"database": ask_database})


@login_not_required
@never_cache
@require_safe
def show_readiness(_request: HttpRequest) -> JsonResponse:
    """Answer whether work will be done: the database is there and up to date, and a worker lives."""
    return _report(
        {"database": ask_database, "migrations": find_missing_migrations, "workers": count_workers}
    )


def ask_database() -> Mapping[str, object]:
    """Ask the database on a connection made for it, so that a busy pool is not taken for a dead server."""
    limits = {"connect_timeout": PATIENCE, "options": f"-c statement_timeout={PATIENCE}s"}
    try:
        with psycopg.connect(**connection_parameters() | limits) as asked:
            asked.execute("SELECT 1")
    except psycopg.Error as error:
        log.warning("the database does not answer: %s", error)
        raise Unwell("The database does not answer; the log says more.") from error
    return {}


def find_missing_migrations() -> Mapping[str, object]:
    """Compare the database with this version of Jono."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in missing)
        raise Unwell(f"The database is not up to date; run: jono migrate. Missing: {names}")
    return {}


def count_workers() -> Mapping[str, object]:
    """Count the workers that live."""
    count = living_workers().count()
    if not count:
        seconds = int(LIVES_FOR.total_seconds())
        raise Unwell(f"No worker has given a sign of life for {seconds} seconds; start one: jono worker")
    return {"count": count}


def _report(checks: Mapping[str, Callable[[], Mapping[str, object]]]) -> JsonResponse:
    """Make the checks in their order, up to the first that fails."""
    told: dict[str, object] = {}
    for name, check in checks.items():
        try:
            told[name] = {"ok": True, **check()}
        except (Unwell, Error) as error:
            reason = str(error) if isinstance(error, Unwell) else "The database stopped answering."
            told[name] = {"ok": False, "reason": reason}
            return JsonResponse({"ok": False, "reason": reason, "checks": told}, status=503)
    return JsonResponse({"ok": True, "checks": told})
