"""What the port works out by itself."""

from decimal import Decimal

from jono.erp.port import VatPostingSetup, VatPostingSetups

SETUPS = VatPostingSetups(
    [
        VatPostingSetup(vat_bus_posting_group=bus, vat_prod_posting_group=prod, vat_percent=Decimal(percent))
        for bus, prod, percent in (
            ("DOMESTIC", "STANDARD", "25.5"),
            ("DOMESTIC", "FOOD", "13.5"),
            ("DOMESTIC", "BOOKS", "13.5"),
            ("EXPORT", "STANDARD", "0"),
        )
    ]
)


def test_two_groups_make_a_rate_if_they_are_set_up() -> None:
    assert SETUPS.vat_percent("DOMESTIC", "FOOD") == Decimal("13.5")
    assert SETUPS.vat_percent("EXPORT", "FOOD") is None


def test_a_rate_finds_the_preferred_group_else_the_first_else_none() -> None:
    assert SETUPS.prod_posting_group("DOMESTIC", Decimal("13.50"), preferred="FOOD") == "FOOD"
    assert SETUPS.prod_posting_group("DOMESTIC", Decimal("13.5"), preferred="STANDARD") == "BOOKS"
    assert SETUPS.prod_posting_group("EXPORT", Decimal("13.5")) is None
