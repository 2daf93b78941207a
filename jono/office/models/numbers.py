"""Number series: where customers and documents get their numbers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jono.office.models.fields import CodedRecord, CodeField, OfficeRecord


class NumberSeries(CodedRecord):
    """A series of numbers. Numbers are given in order and never twice; a number given may end up unused."""

    code = CodeField(_("Code"), max_length=20)
    default_nos = models.BooleanField(_("Default Nos."), default=True)
    manual_nos = models.BooleanField(_("Manual Nos."), default=False)

    class Meta(CodedRecord.Meta):
        verbose_name = _("No. Series")
        verbose_name_plural = _("No. Series")


class NumberSeriesLine(OfficeRecord):
    """A stretch of a series, in force from `starting_date` (blank: always) until the next line's.

    A number is text with a run of digits in it; the last run counts. `ending_no` blank: no end.
    """

    series = models.ForeignKey(
        NumberSeries, models.CASCADE, related_name="lines", verbose_name=_("No. Series")
    )
    starting_date = models.DateField(_("Starting Date"), null=True, blank=True)
    starting_no = CodeField(_("Starting No."), max_length=20)
    ending_no = CodeField(_("Ending No."), max_length=20, blank=True, default="")
    warning_no = CodeField(_("Warning No."), max_length=20, blank=True, default="")
    increment_by_no = models.PositiveIntegerField(_("Increment-by No."), default=1)
    last_no_used = CodeField(_("Last No. Used"), max_length=20, blank=True, default="")
    last_date_used = models.DateField(_("Last Date Used"), null=True, blank=True)

    class Meta:
        verbose_name = _("No. Series Line")
        verbose_name_plural = _("No. Series Lines")
        ordering = ["starting_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "starting_date"],
                nulls_distinct=False,
                name="numberseriesline_one_from_a_date",
            ),
            models.CheckConstraint(condition=Q(increment_by_no__gt=0), name="numberseriesline_goes_forward"),
        ]

    def __str__(self) -> str:
        return self.starting_no
