"""How long what has happened is kept."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionPolicy(models.Model):
    """How long the rows of a table stay: one policy each, on from the start.

    Only the log tells failures from successes; `keep_failures_days` of the other table says nothing.
    """

    class Table(models.TextChoices):
        LOG = "log", _("Job Queue Log Entries")
        HISTORY = "history", _("Job Queue Entry Changes")

    table = models.CharField(
        _("Table"), max_length=10, choices=Table, unique=True, default=Table.LOG, editable=False
    )
    enabled = models.BooleanField(_("Enabled"), default=True)
    keep_days = models.PositiveIntegerField(_("Keep (days)"), default=90, validators=[MinValueValidator(1)])
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

    def __str__(self) -> str:
        return self.get_table_display()
