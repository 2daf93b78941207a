"""Which workers live, and where: each signs here every few seconds."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WorkerSign(models.Model):
    """A worker's sign of life. Its times are the database's, so that clocks of machines need not agree."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.CharField(_("Host"), max_length=255)
    process_id = models.PositiveIntegerField(_("Process ID"))
    process_no = models.PositiveIntegerField(null=True, editable=False)
    concurrency = models.PositiveSmallIntegerField(_("Runs at Once"))
    started_at = models.DateTimeField(_("Started"), db_default=Now())
    seen_at = models.DateTimeField(_("Last Sign of Life"), db_default=Now())

    class Meta:
        verbose_name = _("Worker")
        verbose_name_plural = _("Workers")
        ordering = ["host", "process_id"]

    def __str__(self) -> str:
        return f"{self.host} {self.process_id}"
