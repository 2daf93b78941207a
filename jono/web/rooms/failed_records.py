"""The pages of failed records: by their error, to be tried again, and what came of that."""

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from jono.jobs import failures
from jono.jobs.models import FailureGroup, Retry
from jono.kit.clock import now
from jono.web import mend_actions
from jono.web import mend_words as words
from jono.web.pages import Action, CardPage, Column, Cue, Field, Group, ListPage, Part
from jono.web.shown import Link, address_of

MAY_RETRY = "jobs.add_jobqueueentry"

RETRY = Action(
    "retry",
    _("Try Again"),
    mend_actions.retry_groups,
    icon="sync",
    permission=MAY_RETRY,
    primary=True,
)

failed_records = ListPage(
    name="failed-records",
    model=FailureGroup,
    records=lambda: failures.groups(failures.standing(now())),
    # The groups of one run are shown on its card; only those of the week have cards of their own.
    holds=lambda group: not hasattr(group, "in_run"),
    caption=_("Failed Records"),
    keywords=_("errors retry again orders failed"),
    icon="error",
    columns=[
        Column("report", _("Report"), value=words.report),
        Column("error", _("Error"), value=words.error),
        Column("failures", _("Records"), value=lambda group: group.failures),
        Column("label", _("For Example")),
        Column("trying", _("Status"), value=words.trying),
        Column("run.company_code", filter=True),
        Column("at", _("Since"), wide=True),
    ],
    search=["message", "label"],
    order=["-failures", "pk"],
    actions=[
        RETRY,
        Action(
            "retry-all",
            _("Try All Again"),
            mend_actions.retry_all,
            icon="sync",
            permission=MAY_RETRY,
            confirm=_("Try all failed records of the last seven days again?"),
            keywords=_("retry all failed records"),
            records=False,
        ),
    ],
    empty=_("No record that failed in the last seven days is still to be mended."),
    card=CardPage(
        _("Failed Records"),
        [
            Group(
                _("Error"),
                [
                    Field("error", _("Error"), value=words.error),
                    Field("failures", _("Records"), value=lambda group: group.failures),
                    Field("trying", _("Status"), value=words.trying, shown=lambda group: group.trying > 0),
                    Field("report", _("Report"), value=words.report),
                    Field("run.company_code"),
                ],
            )
        ],
        title=words.error,
        parts=[
            Part(
                name="records",
                caption=_("Records"),
                rows=lambda group: failures.members([group], failures.standing(now())).select_related("run"),
                columns=[
                    Column("label"),
                    Column("message", _("Reason"), value=str),
                    Column(
                        "run",
                        _("Run No."),
                        value=lambda record: Link(str(record.run_id), address_of(record.run)),
                    ),
                    Column("at"),
                ],
                search=["label", "key"],
                order=["-id"],
                actions=[
                    Action(
                        "retry-records",
                        _("Try These Again"),
                        mend_actions.retry_records,
                        icon="sync",
                        permission=MAY_RETRY,
                    )
                ],
            )
        ],
        actions=[RETRY],
    ),
)

failures_part = Part(
    name="failures",
    caption=_("Failed Records"),
    rows=lambda run: failures.groups(failures.standing_of(run)).annotate(in_run=Value(True)),
    columns=[
        Column("error", _("Error"), value=words.error),
        Column("failures", _("Records"), value=lambda group: group.failures),
        Column("label", _("For Example")),
        Column("trying", _("Status"), value=words.trying),
    ],
    order=["-failures", "pk"],
    actions=[
        Action(
            "retry-groups",
            _("Try Again"),
            mend_actions.retry_groups_of_run,
            icon="sync",
            permission=MAY_RETRY,
        )
    ],
    empty=_("All records that failed have been mended since, or have failed again in a later run."),
    live="run",
    shown=lambda run: run.failed > 0,
)

retries = ListPage(
    name="retries",
    model=Retry,
    caption=_("Retries of Failed Records"),
    keywords=_("retry outcome mended"),
    icon="sync",
    columns=[
        Column("id", _("No."), identifier=True),
        Column("at"),
        Column("error", _("Error"), value=words.error_of),
        Column("records"),
        Column("state", _("Status"), value=words.state),
        Column("user"),
    ],
    search=["message"],
    order=["-id"],
    related=["user"],
    empty=_("No failed record has been tried again from the page Failed Records."),
    in_menu=False,
    card=CardPage(
        _("Retry of Failed Records"),
        [
            Group(_("Outcome"), template="web/jobs/retry.html", context=words.outcome_of, live=True),
            Group(
                _("General"),
                [
                    Field("error", _("Error"), value=words.error_of),
                    Field("at"),
                    Field("user"),
                    Field("entries"),
                ],
            ),
        ],
        title=lambda retry: f"{retry.pk} · {words.error_of(retry)}",
        status=Field("state", value=words.state),
    ),
)

FAILED_RECORDS = Cue(
    caption=_("Failed Records"),
    page=failed_records.name,
    count=lambda: failures.standing(now()).count(),
    tone="bad",
)
