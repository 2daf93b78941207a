"""The cast: the company, the people and the goods that tests speak of."""

from decimal import Decimal

from jono.office.assortment import NewItem, NewVariant, create_items
from jono.office.models import Company, Customer, VATBusinessPostingGroup
from jono.office.setup_company import DOMESTIC, create_company

MUG_BARCODE, BEANS_BARCODE = "6410000000019", "6410000000026"


def nordic(code: str = "NORDIC") -> Company:
    """Nordic Goods Oy of Helsinki: sells mugs and books, and coffee in two kinds."""
    company = create_company(code, "Nordic Goods Oy")
    create_items(
        company,
        [
            NewItem(
                no="MUG",
                description="Mug",
                unit_price=Decimal("12.90"),
                vat_prod_posting_group="VAT25.5",
                barcode=MUG_BARCODE,
            ),
            NewItem(
                no="BOOK",
                description="Cookbook",
                unit_price=Decimal("29.90"),
                vat_prod_posting_group="VAT13.5",
            ),
            NewItem(
                no="COFFEE",
                description="Coffee 500 g",
                unit_price=Decimal("7.50"),
                vat_prod_posting_group="VAT13.5",
                variants=[
                    NewVariant(code="BEANS", description="Coffee 500 g, whole beans", barcode=BEANS_BARCODE),
                    NewVariant(code="GROUND", description="Coffee 500 g, ground"),
                ],
            ),
        ],
    )
    return company


def aino(company: Company) -> Customer:
    """Aino Virtanen, who buys often."""
    return Customer.objects.create(
        company=company,
        no="AINO",
        name="Aino Virtanen",
        address="Mannerheimintie 1",
        city="Helsinki",
        post_code="00100",
        country_region_code="FI",
        phone_no="040 123 4567",
        email="Aino.Virtanen@example.fi",
        vat_bus_posting_group=VATBusinessPostingGroup.objects.get(company=company, code=DOMESTIC),
    )
