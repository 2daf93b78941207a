"""The office's tables, in Business Central's words."""

from jono.office.models.accounts import (
    GLAccount,
    VATBusinessPostingGroup,
    VATPostingSetup,
    VATProductPostingGroup,
)
from jono.office.models.documents import SalesHeader, SalesLine
from jono.office.models.fields import code_of
from jono.office.models.master import Customer, CustomerTemplate, Item, ItemReference, ItemVariant
from jono.office.models.numbers import NumberSeries, NumberSeriesLine
from jono.office.models.setup import (
    Company,
    Currency,
    Location,
    PaymentMethod,
    PaymentTerms,
    SalesReceivablesSetup,
    ShipmentMethod,
    UnitOfMeasure,
)

__all__ = [
    "Company",
    "Currency",
    "Customer",
    "CustomerTemplate",
    "GLAccount",
    "Item",
    "ItemReference",
    "ItemVariant",
    "Location",
    "NumberSeries",
    "NumberSeriesLine",
    "PaymentMethod",
    "PaymentTerms",
    "SalesHeader",
    "SalesLine",
    "SalesReceivablesSetup",
    "ShipmentMethod",
    "UnitOfMeasure",
    "VATBusinessPostingGroup",
    "VATPostingSetup",
    "VATProductPostingGroup",
    "code_of",
]
