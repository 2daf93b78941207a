"""Records that failed, by their error, and what came of trying them again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.jobs.models.entry import JobQueueEntry
from jono.jobs.models.run import RunRecord, Told
from jono.kit.clock import now


class FailureGroup(RunRecord):
    """The records of one report and company that failed for one reason, known by the first of them.

    `jono.jobs.failures` says which there are and what belongs to them.
    """

    failures: int
    trying: int
    latest_id: int
    alike: int
    """1 when the errors of all are the same to the letter."""

    class Meta:
        proxy = True
        verbose_name = _("Failed Records")
        verbose_name_plural = _("Failed Records")


class Retry(Told):
    """Failed records that somebody had tried again together: how many they were, and the entries made for it.

    `message` and `values` are the error they had in common; blank when they had several.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("User ID"))
    at = models.DateTimeField(_("Time"), default=now)
    records = models.PositiveIntegerField(_("Records"))
    entries = models.ManyToManyField(
        JobQueueEntry, related_name="retries", verbose_name=_("Job Queue Entries")
    )

    class Meta:
        verbose_name = _("Retry of Failed Records")
        verbose_name_plural = _("Retries of Failed Records")
        ordering = ["-id"]
