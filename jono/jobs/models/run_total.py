"""How many runs there have been in all; it outlives the log of the runs themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunTotal(models.Model):
    """Sums over the ended runs of a report that ended alike and took about as long (see `jono.jobs.totals`)."""

    pk = models.CompositePrimaryKey("object_id_to_run", "status", "bucket")
    object_id_to_run = models.PositiveIntegerField(_("Object ID to Run"))
    status = models.CharField(_("Status"), max_length=20)
    bucket = models.PositiveSmallIntegerField(_("Bucket"))
    runs = models.BigIntegerField(_("Runs"))
    took = models.DurationField(_("Duration"))
    done = models.BigIntegerField(_("Done"))
    skipped = models.BigIntegerField(_("Skipped"))
    failed = models.BigIntegerField(_("Failed"))

    class Meta:
        verbose_name = _("Total of runs")
        verbose_name_plural = _("Totals of runs")
