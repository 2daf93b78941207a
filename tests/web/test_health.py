"""/healthz and /readyz say that all is well only when it is, and otherwise why it is not."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from jono.jobs import signs
from jono.web import health

pytestmark = pytest.mark.django_db


def test_a_process_whose_database_answers_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "checks": {"database": {"ok": True}}})


def test_a_database_that_is_away_is_told_with_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    away = {"host": "127.0.0.1", "port": 1, "dbname": "jono"}
    monkeypatch.setattr(health, "connection_parameters", lambda: away)
    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["ok"]) == (503, False)
        assert answer.json()["reason"] == "The database does not answer; the log says more."


def test_it_is_ready_when_a_worker_lives(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == {"ok": True}
    assert "start one: jono worker" in answer.json()["reason"]
    signs.sign(1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["workers"]) == (200, {"ok": True, "count": 1})


def test_it_is_not_ready_when_a_migration_is_missing(client: Client) -> None:
    signs.sign(1)
    ((_app, latest),) = MigrationLoader(connection).graph.leaf_nodes("jobs")
    MigrationRecorder(connection).record_unapplied("jobs", latest)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "run: jono migrate" in answer.json()["reason"]
    assert f"jobs.{latest}" in answer.json()["reason"]


def test_an_answer_about_health_is_not_kept(client: Client) -> None:
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]
