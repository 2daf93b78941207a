"""Filling in a shop: its address, its company, its token, and the accounts its orders are written on."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jono.kit.errors import UserError
from jono.kit.language import say
from jono.office.blocking import check_account
from jono.office.models import Company, Customer, CustomerTemplate, GLAccount
from jono.shopify.address import store_address
from jono.shopify.models import CustomerSettings, OrderSettings, ProductSettings, Shop, ShopConnection
from jono.sync.store_check import arrange
from jono.web.card_forms import ModelCardForm, RecordForm
from jono.web.pages import ListPage, Record
from jono.web.queue_actions import person

SECTIONS = {
    "connection": ShopConnection,
    "orders_section": OrderSettings,
    "customers_section": CustomerSettings,
    "products_section": ProductSettings,
}


class MainForm(RecordForm):
    """The shop itself."""

    def clean_shopify_url(self) -> str:
        """The address as it is called."""
        try:
            return store_address(
                self.cleaned_data["shopify_url"], sandbox_allowed=settings.JONO_SANDBOX_ALLOWED
            )
        except UserError as error:
            raise ValidationError(say(error.message, error.values)) from error

    def clean_company_code(self) -> str:
        """A company that exists."""
        code: str = self.cleaned_data["company_code"]
        if not Company.objects.filter(code=code).exists():
            raise ValidationError(
                gettext("There is no company %(code)s. Choose one of the list.") % {"code": code}
            )
        return code


class OrdersForm(RecordForm):
    """The orders' section: its accounts must be such that sales may be written on them."""

    def clean(self) -> dict[str, Any]:
        """Check the accounts."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in given if name.endswith("_account") and given[name]]:
            account = GLAccount.objects.filter(
                company__code=self.instance.shop.company_code, no=given[name]
            ).first()
            try:
                if account is None:
                    self.add_error(name, gettext("There is no G/L account %(no)s.") % {"no": given[name]})
                else:
                    check_account(account)
            except UserError as error:
                self.add_error(name, say(error.message, error.values))
        return given


class ConnectionForm(RecordForm):
    """How the shop signs in. What is secret is sealed, and never shown again."""

    access_token = forms.CharField(
        label=_("Access Token"),
        required=False,
        strip=True,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("The Admin API access token of the store's app. Blank: the present one stays."),
    )
    client_secret = forms.CharField(
        label=_("Client Secret"),
        required=False,
        strip=True,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Of the store's app; it signs webhooks, too. Blank: the present one stays."),
    )

    def seal(self) -> None:
        """Put what is secret on the connection; other credentials want a token of their own."""
        connection, given = self.instance, self.cleaned_data
        if given["access_token"]:
            connection.access_token = given["access_token"]
        if given["client_secret"]:
            connection.client_secret = given["client_secret"]
        if {"sign_in_method", "client_id", "client_secret"} & set(self.changed_data):
            connection.token_expires_at = None


class ShopForm(ModelCardForm):
    """A shop with all its sections."""

    bases: ClassVar[Mapping[str, type[RecordForm]]] = {
        "": MainForm,
        "connection": ConnectionForm,
        "orders_section": OrdersForm,
    }

    def __init__(self, page: ListPage, request: HttpRequest, record: Record | None) -> None:
        super().__init__(page, request, record)
        self._person = person(request)

    def new_record(self, page: ListPage) -> Shop:
        """A shop of the first company, with its sections."""
        company = Company.objects.first()
        shop = Shop(company_code=company.code if company else "")
        for section in SECTIONS.values():
            section(shop=shop)
        return shop

    @transaction.atomic
    def save(self) -> Shop:
        """Write the shop and every section, and have its connection checked."""
        shop: Shop = super().save()
        connection = self.forms["connection"]
        if isinstance(connection, ConnectionForm):
            connection.seal()
        for section in SECTIONS:
            getattr(shop, section).save()
        if shop.enabled:
            arrange(shop, self._person)
        return shop


def companies(_shop: Shop) -> Iterator[tuple[str, str]]:
    """The companies a shop may belong to."""
    return ((company.code, company.name) for company in Company.objects.all())


def accounts(section: OrderSettings) -> Iterator[tuple[str, str]]:
    """The accounts that sales may be written on."""
    usable = GLAccount.objects.filter(
        company__code=section.shop.company_code,
        account_type=GLAccount.AccountType.POSTING,
        direct_posting=True,
        blocked=False,
    )
    return ((account.no, account.name) for account in usable)


def customers(section: CustomerSettings) -> Iterator[tuple[str, str]]:
    """The first customers of the company, to choose a default from."""
    found = Customer.objects.filter(company__code=section.shop.company_code)[:500]
    return ((customer.no, customer.name) for customer in found)


def templates(section: CustomerSettings) -> Iterator[tuple[str, str]]:
    """The company's customer templates."""
    found = CustomerTemplate.objects.filter(company__code=section.shop.company_code)
    return ((template.code, template.description) for template in found)
