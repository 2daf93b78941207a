"""A worker that lives is on the list; one that is silent or whose process is gone is not."""

import os
import socket
from datetime import timedelta

import pytest
from django.db.models import F

from jono.jobs import signs
from jono.jobs.models import WorkerSign

pytestmark = pytest.mark.django_db


def test_a_worker_signs_with_its_host_its_process_and_its_concurrency() -> None:
    signs.sign(4)
    signs.sign(4)
    (worker,) = signs.living_workers()
    assert (worker.host, worker.process_id, worker.concurrency) == (socket.gethostname(), os.getpid(), 4)


def test_a_worker_that_is_silent_for_long_lives_no_more_and_is_forgotten_in_the_end() -> None:
    elsewhere = WorkerSign.objects.create(host="elsewhere", process_id=7, concurrency=1)
    assert signs.living_workers().count() == 1
    WorkerSign.objects.update(seen_at=F("seen_at") - timedelta(seconds=31))
    assert not signs.living_workers()
    signs.sign(1)
    assert WorkerSign.objects.filter(pk=elsewhere.pk).exists()
    WorkerSign.objects.filter(pk=elsewhere.pk).update(seen_at=F("seen_at") - timedelta(hours=1))
    signs.sign(1)
    assert not WorkerSign.objects.filter(pk=elsewhere.pk).exists()


def test_a_worker_whose_lock_is_gone_lives_no_more_at_once() -> None:
    WorkerSign.objects.create(host="elsewhere", process_id=7, process_no=123456, concurrency=1)
    assert not signs.living_workers()


def test_a_worker_that_ends_in_good_order_is_off_the_list() -> None:
    signs.sign(1)
    signs.sign_off()
    assert not WorkerSign.objects.exists()
