"""The job queue's tables: what a person defines (an entry) and each attempt at it (a run)."""

from jono.jobs.models.alert import Alert, AlertChannel, Delivery
from jono.jobs.models.entry import Category, EntryChange, JobQueueEntry, Want
from jono.jobs.models.retention import RetentionPolicy
from jono.jobs.models.retry import FailureGroup, Retry
from jono.jobs.models.run import Beat, Claim, Run, RunRecord
from jono.jobs.models.run_total import RunTotal
from jono.jobs.models.worker_sign import WorkerSign

__all__ = [
    "Alert",
    "AlertChannel",
    "Beat",
    "Category",
    "Claim",
    "Delivery",
    "EntryChange",
    "FailureGroup",
    "JobQueueEntry",
    "RetentionPolicy",
    "Retry",
    "Run",
    "RunRecord",
    "RunTotal",
    "Want",
    "WorkerSign",
]
