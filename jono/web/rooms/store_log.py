"""The pages of what passes between Jono and a store: calls, webhooks, privacy requests."""

from django.utils.translation import gettext_lazy as _

from jono.shopify.models import PrivacyRequest, ShopCall, WebhookInbox
from jono.web import connection_actions
from jono.web.pages import Action, CardPage, Column, Field, Group, ListPage

calls = ListPage(
    name="shopify-log-entries",
    model=ShopCall,
    caption=_("Shopify Log Entries"),
    keywords=_("calls requests responses cost api log"),
    icon="log",
    columns=[
        Column("began_at"),
        Column("operation", filter=True),
        Column("status"),
        Column("has_error", filter=True),
        Column("cost"),
        Column("milliseconds"),
        Column("request_id", wide=True),
        Column("shop", filter=True),
    ],
    search=["operation", "request_id", "error"],
    related=["shop"],
    empty=_("Calls are logged as the shop's Logging Mode says, and kept for thirty days."),
    card=CardPage(
        _("Shopify Log Entry"),
        [
            Group(
                _("General"),
                [
                    Field("shop"),
                    Field("began_at"),
                    Field("operation"),
                    Field("status"),
                    Field("has_error"),
                    Field("error"),
                    Field("cost"),
                    Field("milliseconds"),
                    Field("request_id"),
                ],
            ),
            Group(_("Bodies"), [Field("request"), Field("response")]),
        ],
    ),
)

webhooks = ListPage(
    name="webhooks",
    model=WebhookInbox,
    caption=_("Webhooks"),
    keywords=_("inbox notifications events"),
    icon="log",
    columns=[
        Column("received_at"),
        Column("topic", filter=True),
        Column("gid"),
        Column("triggered_at", wide=True),
        Column("done_at"),
        Column("shop", filter=True),
    ],
    search=["gid", "webhook_id", "event_id"],
    related=["shop"],
    empty=_("No webhook yet. Switch on Order Created Webhooks on the card of a shop."),
)

privacy_requests = ListPage(
    name="privacy-requests",
    model=PrivacyRequest,
    caption=_("Privacy Requests"),
    keywords=_("gdpr personal data customers redact erase"),
    icon="log",
    columns=[
        Column("received_at"),
        Column("topic", filter=True),
        Column("customer_gid"),
        Column("answer_by_date"),
        Column("answered_at"),
        Column("shop", filter=True),
    ],
    search=["customer_gid"],
    related=["shop"],
    empty=_("Nobody has asked about their personal data."),
    actions=[
        Action(
            "mark-as-answered",
            _("Mark as Answered"),
            connection_actions.mark_as_answered,
            permission="shopify.change_privacyrequest",
        )
    ],
)
