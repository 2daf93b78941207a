"""What `make run` shows: a company of our own invention that sells what the sandbox store sells."""

from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files

from django.db import transaction

from jono.office.assortment import NewItem, create_items
from jono.office.models import Company
from jono.office.setup_company import (
    CASH_ROUNDING,
    FINNISH_VAT_RATES,
    SHIPPING_CHARGES,
    SOLD_GIFT_CARDS,
    TIPS,
    WEB_CUSTOMER,
    WEB_TEMPLATE,
    create_company,
    vat_group,
)
from jono.sandbox.catalogue import Product, Variant, read_catalogue
from jono.sandbox.people import COUNTRIES, FINLAND
from jono.sandbox.stream import tax_class_of
from jono.shopify.models import CustomerSettings, OrderSettings, ProductSettings, Shop, ShopConnection
from jono.sync.store_check import arrange

COMPANY = "NORDIC"
SHOP = "sandbox"


@transaction.atomic
def prepare(address: str, token: str) -> None:
    """Create the company, its items and the shop of the sandbox store at `address`, and have its connection checked.

    A shop that is there stays as it is, but for the address and the token, which may be others this time.
    """
    shop = Shop.objects.filter(code=SHOP).first() or _create_shop(_company())
    shop.shopify_url = address
    shop.save(update_fields=["shopify_url"])
    shop.connection.access_token = token
    shop.connection.save()
    if shop.enabled:
        arrange(shop)


def _company() -> Company:
    there = Company.objects.filter(code=COMPANY).first()
    if there:
        return there
    company = create_company(COMPANY, "Kaamos & Kahvi Oy", vat_rates=_rates())
    goods = files("jono.sandbox").joinpath("goods.csv").read_bytes()
    create_items(company, list(_items(read_catalogue(goods).products)))
    return company


def _rates() -> list[str]:
    """Every rate in percent that the store charges: Finland's, and those of the countries it sends goods to."""
    abroad = {
        sum((tax.rate for tax in taxes), Decimal(0))
        for country in COUNTRIES
        for taxes in (*((tax,) for tax in country.taxes.values()), *(place.taxes for place in country.places))
    }
    return list(dict.fromkeys([*FINNISH_VAT_RATES, *map(_percent, sorted(abroad))]))


def _percent(rate: Decimal) -> str:
    percent = f"{rate * 100:f}"
    return percent.rstrip("0").rstrip(".") or "0" if "." in percent else percent


def _items(products: tuple[Product, ...]) -> Iterator[NewItem]:
    for product in products:
        for variant in product.variants:
            if variant.sku:
                yield _item(variant.sku, product, variant)


def _item(sku: str, product: Product, variant: Variant) -> NewItem:
    options = " ".join(variant.options) if len(product.variants) > 1 else ""
    rate = FINLAND.taxes[tax_class_of(product.product_type)].rate
    return NewItem(
        no=sku,
        description=f"{product.title} {options}".strip()[:100],
        unit_price=variant.price,
        vat_prod_posting_group=vat_group(_percent(rate)),
        barcode=variant.barcode or "",
    )


def _create_shop(company: Company) -> Shop:
    shop = Shop.objects.create(code=SHOP, company_code=company.code, enabled=True)
    ShopConnection.objects.create(shop=shop)
    ProductSettings.objects.create(shop=shop)
    OrderSettings.objects.create(
        shop=shop,
        auto_create_sales_documents=True,
        shipping_charges_account=SHIPPING_CHARGES,
        tip_account=TIPS,
        sold_gift_card_account=SOLD_GIFT_CARDS,
        cash_roundings_account=CASH_ROUNDING,
    )
    CustomerSettings.objects.create(
        shop=shop,
        auto_create_unknown_customers=True,
        customer_template_code=WEB_TEMPLATE,
        default_customer_no=WEB_CUSTOMER,
    )
    return shop
