"""/metrics: the job queue and what it spends at the stores in numbers, for Prometheus.

The numbers are the database's, read when they are asked for, so any number of web processes tell the same.
docs/operations.md says what each means.
"""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from jono.jobs import signs
from jono.jobs.outcome import Outcome
from jono.jobs.standing import running, standings
from jono.jobs.totals import BOUNDS, Total, totals
from jono.kit.clock import now
from jono.shopify.models import CostBucket

Values = Iterable[tuple[Sequence[str], float]]


class Queue(Collector):
    """The entries as they stand, the runs in process, and the workers."""

    def collect(self) -> Iterator[Metric]:
        at = now()
        found = list(standings(at))
        yield _gauge(
            "jono_job_queue_entries",
            "Job queue entries.",
            ("status", "category", "report"),
            (((each.status, each.category_code, str(each.report_id)), each.entries) for each in found),
        )
        late: dict[str, float] = defaultdict(float)
        waiting: dict[str, float] = defaultdict(float)
        for each in found:
            code = each.category_code
            late[code] = max(late[code], _age(each.due_since, at))
            waiting[code] = max(waiting[code], _age(each.waiting_since, at))
        yield _gauge(
            "jono_job_queue_oldest_due_seconds",
            "For how long the oldest entry that is due has not been started; 0 when all have.",
            ("category",),
            (((code,), age) for code, age in late.items()),
        )
        yield _gauge(
            "jono_job_queue_oldest_waiting_seconds",
            "For how long the oldest waiting entry has waited for another run; 0 when none waits.",
            ("category",),
            (((code,), age) for code, age in waiting.items()),
        )
        yield _gauge(
            "jono_runs_in_process",
            "Runs in process, those in the foreground among them.",
            ("category", "report"),
            (((category, str(report_id)), count) for category, report_id, count in running()),
        )
        yield from _workers()


class Runs(Collector):
    """All runs there have ever been, and their records. Clearing the log takes nothing from them."""

    def collect(self) -> Iterator[Metric]:
        found = list(totals())
        yield _durations(found)
        records = CounterMetricFamily(
            "jono_run_records", "Records that runs dealt with.", labels=("report", "outcome")
        )
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for total in found:
            for outcome in Outcome:
                counts[str(total.report_id), outcome.value] += getattr(total, outcome.value)
        for labels, count in counts.items():
            records.add_metric(labels, count)
        yield records


class Stores(Collector):
    """What the stores have charged."""

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "jono_store_points_spent", "Query points that the store has charged.", labels=("store",)
        )
        for address, spent in CostBucket.objects.values_list("address", "spent"):
            family.add_metric([address], spent)
        yield family


registry = CollectorRegistry()
for collector in (Queue(), Runs(), Stores()):
    registry.register(collector)


@login_not_required
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Answer the numbers; where `JONO_METRICS_TOKEN` is set, only to who brings it as a bearer token."""
    wanted = settings.JONO_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if wanted and not hmac.compare_digest(given.encode(), wanted.encode()):
        return HttpResponse(
            "Send the metrics token: Authorization: Bearer ...\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    try:
        return HttpResponse(encode(registry), content_type=content_type)
    except Error:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")


def _age(since: datetime | None, at: datetime) -> float:
    return (at - since).total_seconds() if since else 0.0


def _workers() -> Iterator[Metric]:
    workers, slots = defaultdict[str, int](int), defaultdict[str, int](int)
    for worker in signs.living_workers():
        workers[worker.host] += 1
        slots[worker.host] += worker.concurrency
    yield _gauge(
        "jono_workers", "Workers that live.", ("host",), (((host,), n) for host, n in workers.items())
    )
    yield _gauge(
        "jono_worker_slots",
        "How many runs the living workers can perform at once.",
        ("host",),
        (((host,), n) for host, n in slots.items()),
    )


def _durations(found: list[Total]) -> Metric:
    """How long ended runs took: its `_count` is how many there were."""
    family = HistogramMetricFamily(
        "jono_run_duration_seconds", "How long ended runs took.", labels=("report", "status")
    )
    kinds = dict.fromkeys((total.report_id, total.status) for total in found if total.runs)
    for kind in kinds:
        mine = [total for total in found if (total.report_id, total.status) == kind]
        buckets = [
            (name, float(sum(total.runs for total in mine if total.bucket <= number)))
            for number, name in enumerate((*(str(float(bound)) for bound in BOUNDS), "+Inf"))
        ]
        family.add_metric([str(kind[0]), kind[1]], buckets, sum(total.took.total_seconds() for total in mine))
    return family


def _gauge(name: str, help_text: str, labels: Sequence[str], values: Values) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for given, value in values:
        family.add_metric(given, value)
    return family
