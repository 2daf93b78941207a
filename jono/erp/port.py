"""What the flows ask of a company's ERP, whichever it is.

Amounts are in the document's currency, quantities in the line's unit of measure. A code or number left blank
means "the ERP's own default". Whatever a bookkeeper can mend is raised, or handed back, as a `UserError` that
names the record. The caller holds the transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from jono.kit.errors import UserError

ZERO = Decimal(0)


class DocumentType(StrEnum):
    """Business Central's sales document types that a store's order can become."""

    ORDER = "Order"
    INVOICE = "Invoice"


class DocumentStatus(StrEnum):
    """Where a sales document stands before posting."""

    OPEN = "Open"
    RELEASED = "Released"


class LineType(StrEnum):
    """What a sales line sells; a comment sells nothing and has only a description."""

    COMMENT = ""
    ITEM = "Item"
    GL_ACCOUNT = "G/L Account"


class SkuMapping(StrEnum):
    """What a store's SKU stands for: the values of the shop's field "SKU Mapping"."""

    NONE = ""
    ITEM_NO = "Item No."
    VARIANT_CODE = "Variant Code"
    ITEM_NO_AND_VARIANT_CODE = "Item No. + Variant Code"
    BAR_CODE = "Bar Code"


@dataclass(frozen=True, kw_only=True)
class Address:
    """A name and an address; the comments give the most characters that fit (more is a UserError)."""

    name: str = ""  # 100
    name_2: str = ""  # 50
    contact: str = ""  # 100
    address: str = ""  # 100
    address_2: str = ""  # 50
    city: str = ""  # 30
    county: str = ""  # 30
    post_code: str = ""  # 20
    country_region_code: str = ""  # 10; ISO 3166 alpha-2


@dataclass(frozen=True, kw_only=True)
class Party:
    """A customer on a document, with the words the store's order has for them.

    `address` replaces the customer's name and address as a whole, never line by line; None keeps their
    own. A blank name in it becomes the customer's.
    """

    customer_no: str
    address: Address | None = None
    phone_no: str = ""  # 30
    email: str = ""  # 80


@dataclass(frozen=True, kw_only=True)
class SalesDocumentLine:
    """One line of a sales document.

    `description` blank: the item's or account's own; what exceeds 100 characters is cut. The VAT of a line
    follows `vat_percent` when given (the ERP finds the VAT product posting group that yields it), else
    `vat_prod_posting_group`, else the item's or account's own group. `expected_vat_amount` is what the store
    charged on the line; when every line of a VAT rate has it, a cent between becomes the VAT Difference.
    """

    type: LineType
    no: str = ""
    variant_code: str = ""
    description: str = ""
    quantity: Decimal = ZERO
    unit_of_measure_code: str = ""
    unit_price: Decimal = ZERO
    line_discount_amount: Decimal = ZERO
    location_code: str = ""
    vat_prod_posting_group: str = ""
    vat_percent: Decimal | None = None
    expected_vat_amount: Decimal | None = None
    shopify_order_line_id: str = ""


@dataclass(frozen=True, kw_only=True)
class SalesDocument:
    """A sales document to be made.

    `shopify_order_id` makes it one of a kind: the ERP keeps at most one sales document for it (blank: no rule).
    `no` blank: the next number of the series. `bill_to` None: as sell-to. `ship_to` None: as sell-to address.
    `currency_code` is an ISO 4217 code or the ERP's own; blank is the company's local currency.
    `document_date` None: today in the company's time zone. `due_date` None: by the payment terms.
    `store_total` is what the store's customer owes, VAT included; a document that comes to another is refused.
    """

    document_type: DocumentType
    sell_to: Party
    lines: Sequence[SalesDocumentLine]
    bill_to: Party | None = None
    ship_to: Address | None = None
    no: str = ""
    prices_including_vat: bool = False
    currency_code: str = ""
    document_date: date | None = None
    due_date: date | None = None
    external_document_no: str = ""  # 35
    payment_terms_code: str = ""
    payment_method_code: str = ""
    shipment_method_code: str = ""
    work_description: str = ""
    invoice_discount_amount: Decimal = ZERO
    store_total: Decimal | None = None
    shopify_order_no: str = ""
    shopify_order_id: str = ""


@dataclass(frozen=True)
class SalesDocumentRef:
    """The name of a sales document in the ERP: `id` for machines, type and `no` for people.

    `created` tells the document that this very call made from one that was there already.
    """

    id: str
    document_type: DocumentType
    no: str
    created: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class SalesDocumentState:
    """How a sales document stands now; amounts in `currency_code`, an ISO 4217 code."""

    ref: SalesDocumentRef
    status: DocumentStatus
    sell_to_customer_no: str
    currency_code: str
    amount: Decimal
    amount_including_vat: Decimal
    shopify_order_no: str
    shopify_order_id: str


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer as the flows need it."""

    no: str
    name: str
    email: str
    phone_no: str
    vat_bus_posting_group: str
    blocked: bool


@dataclass(frozen=True, kw_only=True)
class NewCustomer:
    """A customer to be made; what it leaves blank comes from the customer template."""

    address: Address
    phone_no: str = ""
    email: str = ""


@dataclass(frozen=True)
class ItemKey:
    """An item, or one variant of it."""

    item_no: str
    variant_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item or one of its variants; `unit_price` is in the company's local currency."""

    key: ItemKey
    description: str
    unit_of_measure_code: str
    unit_price: Decimal
    vat_prod_posting_group: str
    blocked: bool


@dataclass(frozen=True, kw_only=True)
class Account:
    """A G/L account that a document may be written on."""

    no: str
    name: str
    vat_prod_posting_group: str


@dataclass(frozen=True, kw_only=True)
class VatPostingSetup:
    """The VAT of a VAT business posting group (customer) with a VAT product posting group (line)."""

    vat_bus_posting_group: str
    vat_prod_posting_group: str
    vat_percent: Decimal


@dataclass(frozen=True)
class VatPostingSetups:
    """All VAT posting setups of a company."""

    setups: Sequence[VatPostingSetup]

    def vat_percent(self, bus: str, prod: str) -> Decimal | None:
        """Which VAT % applies; None when the two groups have no setup."""
        return next(
            (setup.vat_percent for setup in self._of(bus) if setup.vat_prod_posting_group == prod), None
        )

    def prod_posting_group(self, bus: str, vat_percent: Decimal, preferred: str = "") -> str | None:
        """Which VAT product posting group gives this rate: `preferred` if it does, else the first by code."""
        groups = sorted(s.vat_prod_posting_group for s in self._of(bus) if s.vat_percent == vat_percent)
        return preferred if preferred in groups else next(iter(groups), None)

    def _of(self, bus: str) -> list[VatPostingSetup]:
        return [setup for setup in self.setups if setup.vat_bus_posting_group == bus]


class Erp(Protocol):
    """One company's ERP. Look-ups leave out what is not found; nothing is ever found in another company."""

    def time_zone(self) -> str:
        """The company's time zone, an IANA name: its clock is the one that schedules go by."""
        ...

    def customers(self, nos: Collection[str]) -> Mapping[str, Customer]:
        """Customers by number."""
        ...

    def customers_by_email(self, emails: Collection[str]) -> Mapping[str, Customer]:
        """Customers by e-mail, letter case aside, under the address asked for; several: the lowest number."""
        ...

    def customers_by_phone(self, phones: Collection[str]) -> Mapping[str, Customer]:
        """Customers by the digits of their phone number, under the one asked for; several: the lowest number."""
        ...

    def create_customers(self, new: Sequence[NewCustomer], template_code: str) -> list[Customer | UserError]:
        """Make customers from a customer template, each by itself; answers in the order given."""
        ...

    def create_customer(self, customer: NewCustomer, template_code: str) -> Customer:
        """Make one customer from a customer template."""
        return _only(self.create_customers([customer], template_code))

    def items(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, Item]:
        """Items and variants by number and code, blocked ones too."""
        ...

    def items_by_sku(
        self, skus: Collection[str], mapping: SkuMapping, separator: str = "|"
    ) -> Mapping[str, Item]:
        """Items and variants that the SKUs stand for; `separator` splits item number and variant code."""
        ...

    def items_by_barcode(self, barcodes: Collection[str]) -> Mapping[str, Item]:
        """Items and variants by bar code (item reference or GTIN)."""
        ...

    def account(self, no: str) -> Account:
        """A G/L account of type Posting that allows direct posting and is not blocked; else UserError."""
        ...

    def vat_posting_setups(self) -> VatPostingSetups:
        """Every VAT posting setup: few rows, read once a page."""
        ...

    def create_sales_documents(self, wanted: Sequence[SalesDocument]) -> list[SalesDocumentRef | UserError]:
        """Make sales documents, each once for its `shopify_order_id`: one that is there already is handed back.

        Each succeeds or fails by itself and none is left half-written; answers in the order given.
        """
        ...

    def create_sales_document(self, document: SalesDocument) -> SalesDocumentRef:
        """Make one sales document, or hand back the one its `shopify_order_id` already has."""
        return _only(self.create_sales_documents([document]))

    def release_sales_documents(self, refs: Sequence[SalesDocumentRef]) -> list[SalesDocumentRef | UserError]:
        """Check sales documents and release them; one already released stays so. Answers in the order given."""
        ...

    def release(self, ref: SalesDocumentRef) -> SalesDocumentRef:
        """Release one sales document after checking it."""
        return _only(self.release_sales_documents([ref]))

    def sales_document(self, ref: SalesDocumentRef) -> SalesDocumentState | None:
        """How the document stands; None when it is no longer there."""
        ...

    def sales_documents_of(self, shopify_order_ids: Collection[str]) -> Mapping[str, SalesDocumentRef]:
        """The sales documents that the store's orders have become so far."""
        ...


Answer = TypeVar("Answer")


def _only(answers: Sequence[Answer | UserError]) -> Answer:
    (answer,) = answers
    if isinstance(answer, UserError):
        raise answer
    return answer
