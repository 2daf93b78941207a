"""Orders as one describes them to the sandbox store; the store works out the rest, as a checkout would."""

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Draft(BaseModel):
    """What is common to all drafts: nothing unknown is let through, nothing changes once made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tax(Draft):
    """A tax to be charged: its rate as a part of one, 0.255 for 25.5 %."""

    title: str
    rate: Annotated[Decimal, Field(ge=0, lt=1)]
    channel_liable: bool = False


class Address(Draft):
    """Where somebody lives."""

    first_name: str = ""
    last_name: str = ""
    company: str | None = None
    address1: str = ""
    address2: str | None = None
    zip: str = ""
    city: str = ""
    province: str | None = None
    province_code: str | None = None
    country: str = "Finland"
    country_code: str = "FI"
    phone: str | None = None


class Person(Draft):
    """A customer; one of the same e-mail address is the same."""

    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    phone: str | None = None
    locale: str = "fi"
    address: Address | None = None


class Line(Draft):
    """A line: a variant by its `sku` or `variant` id, or goods that the store does not know by `title` and `price`.

    `discount` is off the whole line. Amounts are in the shop's currency. `taxes` None: those of the order.
    """

    sku: str | None = None
    variant: str | None = None
    title: str | None = None
    price: Amount | None = None
    quantity: Annotated[int, Field(ge=0)] = 1
    discount: Amount = Decimal(0)
    taxes: tuple[Tax, ...] | None = None
    gift_card: bool = False
    attributes: dict[str, str] = {}


class Shipping(Draft):
    """A shipping charge."""

    title: str
    price: Amount = Decimal(0)
    discount: Amount = Decimal(0)
    code: str | None = None
    taxes: tuple[Tax, ...] | None = None


class OrderDraft(Draft):
    """An order. Amounts are in the shop's currency; `exchange_rate` turns them into the presentment currency.

    `discount` is off the whole order and shared out over its lines. `cash` pays at a till that knows no cents
    below five.
    """

    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    shipping: tuple[Shipping, ...] = ()
    taxes: tuple[Tax, ...] = ()
    taxes_included: bool = True
    tax_exempt: bool = False
    tip: Amount = Decimal(0)
    discount: Amount = Decimal(0)
    discount_codes: tuple[str, ...] = ()
    presentment_currency: Currency | None = None
    exchange_rate: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    customer: Person | None = None
    email: str | None = None
    phone: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    created_at: AwareDatetime | None = None
    cancelled_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    financial_status: str = "PAID"
    fulfillment_status: str = "UNFULFILLED"
    gateway: str = "shopify_payments"
    cash: bool = False
    source_name: str = "web"
    retail_location: str | None = None
    company_location: str | None = None
    high_risk: bool = False
    test: bool = False
    note: str | None = None
    po_number: str | None = None
    tags: tuple[str, ...] = ()
    attributes: dict[str, str] = {}
