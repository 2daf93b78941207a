"""How long the log of runs is kept."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionPolicy(models.Model):
    """How long ended runs stay in the log: one row, on from the start."""

    enabled = models.BooleanField(_("Enabled"), default=True)
    keep_days = models.PositiveIntegerField(
        _("Keep Successful Runs (days)"), default=90, validators=[MinValueValidator(1)]
    )
    keep_failures_days = models.PositiveIntegerField(
        _("Keep Failed Runs (days)"),
        default=365,
        validators=[MinValueValidator(1)],
        help_text=_("Runs that ended in an error, or in which a record failed."),
    )
    cleared_at = models.DateTimeField(_("Last Cleared"), null=True, editable=False)

    class Meta:
        verbose_name = _("Retention Policy")
        verbose_name_plural = _("Retention Policies")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_retention_policy")]

    def __str__(self) -> str:
        return str(_("Job Queue Log Entries"))
