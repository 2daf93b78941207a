"""Signs of life: who gives none is found in time, and who does is let be."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from jono.jobs import pulse, queue, worker
from jono.jobs.models import Beat, Run
from jono.jobs.pulse import Pulse
from jono.kit.clock import now
from tests.jobs.conftest import SHEAR, Hooks
from tests.jobs.news import News, listening

FOUND_WITHIN = timedelta(seconds=30)
LOOKS = timedelta(seconds=worker.SWEEP_SECONDS + worker.TICK_SECONDS)


@pytest.fixture
def run(hooks: Hooks) -> Run:
    """A run that is just beginning."""
    run = queue.start_now(SHEAR, "NORDIC", {}).runs.get()
    begun = queue.begin(run.pk, run.token)
    assert begun
    return begun


def last_sign_of(run: Run) -> datetime:
    return Beat.objects.get(run=run).beat_at


@pytest.mark.django_db
def test_a_worker_that_hangs_is_found_within_half_a_minute_and_not_for_a_beat_it_misses(run: Run) -> None:
    Beat.objects.create(run=run)
    two_missed = timedelta(seconds=3 * pulse.BEAT_SECONDS)
    assert queue.find_dead(last_sign_of(run) + two_missed) == []
    assert queue.find_dead(last_sign_of(run) + FOUND_WITHIN - LOOKS) == [run]


@pytest.mark.django_db
def test_who_hangs_is_told_by_the_clock_of_the_database(run: Run) -> None:
    """A machine's own clock may be wrong by more than that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
    assert run.begun_at
    assert abs(at - run.begun_at) < timedelta(seconds=5)
    Beat.objects.create(run=run, beat_at=at - timedelta(seconds=15))
    assert queue.find_dead() == []
    Beat.objects.update(beat_at=at - timedelta(seconds=21))
    assert queue.find_dead() == [run]


@pytest.fixture
def news(database_url: str) -> Iterator[News]:
    with listening(database_url) as heard:
        yield heard


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_no_more_does_not_silence_the_others(
    run: Run, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "BEAT_SECONDS", 0.01)
    gone = run.pk + 1000
    began_at = now()
    with (heart := Pulse()).of(gone), heart.of(run.pk) as number:
        news.wait_while(lambda: not Beat.objects.filter(run=run, beat_at__gt=began_at).exists())
        assert number in pulse.living_processes()
        assert heart.held_no == number
