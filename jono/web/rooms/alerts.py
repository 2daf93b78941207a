"""The pages of alerts: what is wrong, and the channels on which people are told of it."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from jono.jobs.models import Alert, AlertChannel, Delivery
from jono.web import alert_actions
from jono.web import alert_words as words
from jono.web.alert_forms import ChannelForm, MuteForm
from jono.web.pages import Action, CardPage, Column, Cue, Field, Group, ListPage, Part, Record, always

Kind = AlertChannel.Kind

MUTE_FOR_A_DAY = Action(
    "mute-for-a-day",
    _("Mute for a Day"),
    alert_actions.mute_for_a_day,
    icon="hold",
    shown=lambda record: not record.muted,
)
MUTE_FOREVER = Action(
    "mute-forever",
    _("Mute Forever"),
    alert_actions.mute_forever,
    icon="hold",
    shown=lambda record: not record.muted,
)
UNMUTE = Action("unmute", _("Unmute"), alert_actions.unmute, icon="start", shown=lambda record: record.muted)
RESOLVE = Action(
    "resolve",
    _("Close Alert"),
    alert_actions.resolve,
    icon="success",
    shown=lambda alert: alert.open,
)
TEST_ALERT = Action("test", _("Send as a Test"), alert_actions.test_alert, icon="sync")
TEST_CHANNEL = Action("test", _("Send a Test"), alert_actions.test_channel, icon="sync", primary=True)
SEND_AGAIN = Action(
    "send-again",
    _("Send Again"),
    alert_actions.send_again,
    icon="sync",
    permission="jobs.change_alertchannel",
)


def deliveries_part(live: str, column: Column, shown: Callable[[Record], bool] = always) -> Part:
    """What was told, or is still to be told."""
    return Part(
        name="deliveries",
        caption=_("Deliveries"),
        rows=lambda record: record.deliveries.select_related("alert", "channel"),
        columns=[
            Column("created_at", _("Time")),
            column,
            Column("event"),
            Column("status", tones=words.DELIVERY_TONES, filter=True),
            Column("attempts"),
            Column("error", _("Last Error"), value=words.error_of),
            Column("due_at", value=_next_attempt, caption=_("Next Attempt"), wide=True),
            Column("sent_at", wide=True),
        ],
        order=["-created_at"],
        actions=[SEND_AGAIN],
        empty=_("Nothing has been told yet."),
        live=live,
        shown=shown,
    )


def _next_attempt(delivery: Delivery) -> object:
    return delivery.due_at if delivery.status == Delivery.Status.DUE else None


alerts = ListPage(
    name="alerts",
    model=Alert,
    caption=_("Alerts"),
    keywords=_("warnings problems failed overdue waiting notifications mute"),
    icon="warning",
    columns=[
        Column("id", _("No."), identifier=True),
        Column("state", _("Status"), value=words.state),
        Column("kind", tones=words.KIND_TONES, filter=True),
        Column("caption", _("Description"), value=lambda alert: alert.caption),
        Column("message", value=str),
        Column("entry", _("Entry No."), value=words.entry_link),
        Column("company_code", filter=True, wide=True),
        Column("raised_at"),
        Column("resolved_at", wide=True),
    ],
    search=["entry_no", "description", "message", "company_code"],
    # PostgreSQL puts what is open, with no time of its end, before what is over.
    order=["-resolved_at", "-id"],
    related=["entry"],
    actions=[MUTE_FOR_A_DAY, MUTE_FOREVER, UNMUTE, RESOLVE],
    empty=_("There is nothing to worry about. What goes wrong is told here, and at the top of every page."),
    live="alert",
    card=CardPage(
        _("Alert"),
        [
            Group(_("Message"), template="web/alerts/message.html", context=words.message_of, live=True),
            Group(
                _("General"),
                [
                    Field("kind", tones=words.KIND_TONES),
                    Field("entry", _("Job Queue Entry"), value=words.entry_link),
                    Field("run", shown=lambda alert: alert.run_id is not None),
                    Field("object_id_to_run", _("Report"), value=words.report),
                    Field("company_code"),
                    Field("times"),
                    Field("raised_at"),
                    Field("last_at"),
                    Field("resolved_at"),
                    Field("resolved_by", shown=lambda alert: alert.resolved_by_id is not None),
                    Field(
                        "muted_until_at",
                        editable=True,
                        value=words.muted_until,
                        help=_("A mute holds for alerts of the same entry and kind that follow, too."),
                    ),
                ],
                live=True,
            ),
        ],
        title=lambda alert: f"{alert.pk} · {alert.caption}",
        status=Field("state", value=words.state),
        parts=[deliveries_part("alert", Column("channel"))],
        actions=[MUTE_FOR_A_DAY, MUTE_FOREVER, UNMUTE, RESOLVE, TEST_ALERT],
        fill_in=MuteForm,
    ),
)

channels = ListPage(
    name="alert-channels",
    model=AlertChannel,
    caption=_("Alert Channels"),
    keywords=_("e-mail webhook notifications banner smtp"),
    icon="setup",
    columns=[
        Column("description"),
        Column("kind", filter=True),
        Column("health", _("Status"), value=words.health),
        Column("where_to", _("Goes to"), value=words.where_to),
        Column("company_code", wide=True),
        Column("muted_until_at", _("Muted Until"), value=words.muted_until, wide=True),
    ],
    search=["description", "addresses", "url"],
    order=["id"],
    actions=[MUTE_FOR_A_DAY, MUTE_FOREVER, UNMUTE],
    live="channel",
    card=CardPage(
        _("Alert Channel"),
        [
            Group(
                _("General"),
                [
                    Field("kind", editable=True, once=True),
                    Field("description", editable=True),
                    Field("enabled", editable=True),
                    Field("company_code", editable=True),
                    Field("muted_until_at", editable=True, value=words.muted_until),
                ],
                live=True,
            ),
            Group(
                _("E-mail"),
                [Field("addresses", editable=True)],
                shown=lambda channel: channel is None or channel.kind == Kind.EMAIL,
            ),
            Group(
                _("Webhook"),
                [
                    Field(
                        "url",
                        editable=True,
                        help=_("It is called by POST with JSON, signed. The secret is on this card."),
                    )
                ],
                shown=lambda channel: channel is None or channel.kind == Kind.WEBHOOK,
            ),
            Group(
                _("What It Tells"),
                [
                    Field("tells_failed", editable=True),
                    Field("tells_overdue", editable=True),
                    Field("tells_waiting", editable=True),
                    Field("tells_succeeded", editable=True),
                    Field("tells_resolved", editable=True, shown=words.sends),
                    Field("language", editable=True, shown=words.sends),
                ],
            ),
        ],
        title=str,
        status=Field("health", value=words.health),
        parts=[deliveries_part("channel", Column("alert", value=words.alert_link), words.sends)],
        actions=[
            TEST_CHANNEL,
            MUTE_FOR_A_DAY,
            MUTE_FOREVER,
            UNMUTE,
            Action(
                "show-secret",
                _("Show Secret"),
                alert_actions.show_secret,
                icon="keys",
                in_place=True,
                shown=lambda channel: channel.kind == Kind.WEBHOOK,
            ),
            Action(
                "renew-secret",
                _("New Secret"),
                alert_actions.renew_secret,
                icon="keys",
                in_place=True,
                shown=lambda channel: channel.kind == Kind.WEBHOOK,
            ),
            Action(
                "delete",
                _("Delete"),
                alert_actions.delete_channel,
                icon="delete",
                permission="jobs.delete_alertchannel",
                confirm=_("Delete the channel, and the list of what was told on it?"),
                shown=lambda channel: channel.kind != Kind.BANNER,
            ),
        ],
        fill_in=ChannelForm,
        new=True,
    ),
)

OPEN_ALERTS = Cue(
    caption=_("Open Alerts"),
    page=alerts.name,
    count=Alert.objects.filter(resolved_at=None).exclude(kind=Alert.Kind.TEST).count,
    tone="bad",
)
