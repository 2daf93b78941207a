"""The page of the retention policies: how long the log and the history are kept, and what that would delete."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from jono.jobs import retention
from jono.jobs.models import RetentionPolicy
from jono.kit.clock import now
from jono.web.card_forms import ModelCardForm
from jono.web.pages import CardForm, CardPage, Column, Field, Group, ListPage


def is_of_the_log(policy: RetentionPolicy) -> bool:
    """Whether the policy is the log's, which tells failures from successes."""
    return policy.table == RetentionPolicy.Table.LOG


def foreseen(policy: RetentionPolicy, form: CardForm | None) -> Mapping[str, Any]:
    """What the policy would delete now, as it stands or as it is being filled in."""
    if isinstance(form, ModelCardForm):
        record_form = form.forms[""]
        if record_form.is_bound and not record_form.is_valid():
            return {"unclear": True}
        policy = form.record
    return {
        "policy": policy,
        "of_the_log": is_of_the_log(policy),
        "doomed": retention.foresee(policy, now()),
    }


policies = ListPage(
    name="retention-policies",
    model=RetentionPolicy,
    caption=_("Retention Policies"),
    keywords=_("clean up delete old log entries keep days history"),
    icon="delete",
    columns=[
        Column("table"),
        Column("enabled"),
        Column("keep_days"),
        Column(
            "keep_failures_days",
            _("Keep Failed Runs (days)"),
            value=lambda policy: policy.keep_failures_days if is_of_the_log(policy) else None,
        ),
        Column("cleared_at"),
    ],
    card=CardPage(
        _("Retention Policy"),
        [
            Group(
                _("General"),
                [
                    Field("enabled", editable=True),
                    Field("keep_days", editable=True),
                    Field("keep_failures_days", editable=True, shown=is_of_the_log),
                    Field("cleared_at"),
                ],
            ),
            Group(
                _("What Would Be Deleted Now"),
                template="web/jobs/retention.html",
                context=foreseen,
                live=True,
            ),
        ],
        title=str,
        fill_in=ModelCardForm,
    ),
)
