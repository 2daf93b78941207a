"""A new company is ready to sell."""

import pytest

from jono.kit.errors import UserError
from jono.office.models import Company, Customer, VATPostingSetup
from jono.office.setup_company import WEB_CUSTOMER, create_company
from jono.office.vat import VATSetups, sales_vat_percent


def test_a_company_code_is_used_once(nordic: Company) -> None:
    with pytest.raises(UserError, match="company nordic already"):
        create_company("nordic", "Another")


def test_two_companies_have_the_same_codes_and_nothing_in_common(nordic: Company) -> None:
    baltic = create_company("BALTIC", "Baltic Goods", country="EE", time_zone="Europe/Tallinn")
    assert Customer.objects.filter(no=WEB_CUSTOMER).count() == 2
    assert baltic.sales_setup.order_nos != nordic.sales_setup.order_nos
    assert baltic.sales_setup.order_nos.code == nordic.sales_setup.order_nos.code


@pytest.mark.parametrize(
    ("group", "rates"), [("DOMESTIC", [25.5, 14, 13.5, 10, 0]), ("EU", [0] * 5), ("EXPORT", [0] * 5)]
)
def test_sales_at_home_carry_finnish_vat_and_others_none(
    nordic: Company, group: str, rates: list[float]
) -> None:
    rows = [row for row in VATSetups(nordic).rows if row.vat_bus_posting_group.code == group]
    assert sorted((sales_vat_percent(row) for row in rows), reverse=True) == rates


def test_a_business_in_the_eu_owes_the_vat_itself(nordic: Company) -> None:
    row = VATPostingSetup.objects.get(
        company=nordic, vat_bus_posting_group__code="EU", vat_prod_posting_group__code="VAT25.5"
    )
    assert row.vat_calculation_type == VATPostingSetup.CalculationType.REVERSE_CHARGE
    assert row.vat_percent == 25.5
