"""What the engine holds for us, and what dead workers leave in it."""

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import engine, queue
from jono.jobs.models import Run
from jono.jobs.perform import perform
from jono.kit.clock import now
from tests.jobs.conftest import SHEAR, Hooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def fetched(hooks: Hooks) -> Run:
    """A run whose task a worker has fetched from the engine."""
    run = queue.start_now(SHEAR, "NORDIC", {}).runs.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    return run


def test_what_a_dead_worker_left_is_forgotten_when_its_run_has_ended(fetched: Run) -> None:
    perform(fetched.pk, fetched.token)
    assert engine.forget_left_behind(now() + timedelta(minutes=6)) == 1
    assert not ProcrastinateJob.objects.exists()


def test_what_a_worker_is_just_telling_the_engine_is_left_to_it(fetched: Run) -> None:
    perform(fetched.pk, fetched.token)
    assert engine.forget_left_behind(now()) == 0


def test_a_run_in_process_is_not_forgotten_however_long_it_takes(fetched: Run) -> None:
    assert engine.forget_left_behind(now() + timedelta(days=1)) == 0


def test_what_nobody_has_fetched_yet_is_not_forgotten(hooks: Hooks) -> None:
    run = queue.start_now(SHEAR, "NORDIC", {}).runs.get()
    perform(run.pk, run.token)
    assert engine.forget_left_behind(now() + timedelta(days=1)) == 0


def test_what_was_left_of_a_run_that_has_been_cleared_from_the_log_is_forgotten(fetched: Run) -> None:
    perform(fetched.pk, fetched.token)
    Run.objects.all().delete()
    assert engine.forget_left_behind(now()) == 1
