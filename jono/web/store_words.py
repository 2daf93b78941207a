"""What the store's states are called; the store tells them in capitals."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jono.web.pages import Caption

FINANCIAL: Mapping[str, Caption] = {
    "AUTHORIZED": _("Authorized"),
    "EXPIRED": _("Expired"),
    "PAID": _("Paid"),
    "PARTIALLY_PAID": _("Partially Paid"),
    "PARTIALLY_REFUNDED": _("Partially Refunded"),
    "PENDING": pgettext_lazy("payment", "Pending"),
    "REFUNDED": _("Refunded"),
    "VOIDED": _("Voided"),
}
FULFILLMENT: Mapping[str, Caption] = {
    "FULFILLED": _("Fulfilled"),
    "IN_PROGRESS": pgettext_lazy("fulfillment", "In Progress"),
    "ON_HOLD": pgettext_lazy("fulfillment", "On Hold"),
    "OPEN": pgettext_lazy("fulfillment", "Open"),
    "PARTIALLY_FULFILLED": _("Partially Fulfilled"),
    "PENDING_FULFILLMENT": _("Pending Fulfillment"),
    "REQUEST_DECLINED": _("Request Declined"),
    "RESTOCKED": _("Restocked"),
    "SCHEDULED": _("Scheduled"),
    "UNFULFILLED": _("Unfulfilled"),
}
RETURN: Mapping[str, Caption] = {
    "IN_PROGRESS": pgettext_lazy("return", "In Progress"),
    "INSPECTION_COMPLETE": _("Inspection Complete"),
    "NO_RETURN": _("No Return"),
    "RETURNED": _("Returned"),
    "RETURN_FAILED": _("Return Failed"),
    "RETURN_REQUESTED": _("Return Requested"),
}
CANCEL_REASON: Mapping[str, Caption] = {
    "CUSTOMER": _("Customer"),
    "DECLINED": _("Payment Declined"),
    "FRAUD": _("Fraud"),
    "INVENTORY": _("Items Unavailable"),
    "OTHER": _("Other"),
    "STAFF": _("Staff Error"),
}
TRANSACTION_KIND: Mapping[str, Caption] = {
    "AUTHORIZATION": _("Authorization"),
    "CAPTURE": _("Capture"),
    "CHANGE": pgettext_lazy("money given back", "Change"),
    "EMV_AUTHORIZATION": _("EMV Authorization"),
    "REFUND": _("Refund"),
    "SALE": _("Sale"),
    "SUGGESTED_REFUND": _("Suggested Refund"),
    "VOID": _("Void"),
}
TRANSACTION_STATUS: Mapping[str, Caption] = {
    "AWAITING_RESPONSE": _("Awaiting Response"),
    "ERROR": _("Error"),
    "FAILURE": _("Failure"),
    "PENDING": pgettext_lazy("payment", "Pending"),
    "SUCCESS": _("Success"),
    "UNKNOWN": _("Unknown"),
}
