"""The VAT posting setup of a company: which VAT a customer's group and a product's group make together."""

from decimal import Decimal

from jono.kit.errors import UserError, gettext_noop
from jono.office.models import (
    Company,
    VATBusinessPostingGroup,
    VATPostingSetup,
    VATProductPostingGroup,
)
from jono.office.totals import plain


class VATSetups:
    """All VAT posting setups of a company that are not blocked, read at once."""

    def __init__(self, company: Company) -> None:
        rows = VATPostingSetup.objects.filter(company=company, blocked=False)
        self.rows = list(rows.select_related("vat_bus_posting_group", "vat_prod_posting_group"))
        self._of = {(row.vat_bus_posting_group_id, row.vat_prod_posting_group_id): row for row in self.rows}

    def of(self, bus: VATBusinessPostingGroup, prod: VATProductPostingGroup) -> VATPostingSetup:
        """Return the setup of two groups; UserError when there is none."""
        setup = self._of.get((bus.pk, prod.pk))
        if setup is None:
            raise UserError(
                gettext_noop(
                    "VAT business posting group %(bus)s and VAT product posting group %(prod)s have no VAT posting "
                    "setup, or it is blocked. Add it in VAT Posting Setup."
                ),
                bus=bus.code,
                prod=prod.code,
            )
        return setup

    def prod_group_for(
        self, bus: VATBusinessPostingGroup, vat_percent: Decimal, preferred: VATProductPostingGroup | None
    ) -> VATProductPostingGroup:
        """Return the product group that gives this rate to a sale: `preferred` if it does, else the first by code.

        UserError when none does.
        """
        if preferred:
            setup = self._of.get((bus.pk, preferred.pk))
            if setup and sales_vat_percent(setup) == vat_percent:
                return preferred
        groups = [
            row.vat_prod_posting_group
            for row in self.rows
            if row.vat_bus_posting_group_id == bus.pk and sales_vat_percent(row) == vat_percent
        ]
        if not groups:
            raise UserError(
                gettext_noop(
                    "No VAT product posting group gives %(percent)s %% to VAT business posting group %(bus)s. "
                    "Add one in VAT Posting Setup."
                ),
                percent=plain(vat_percent),
                bus=bus.code,
            )
        return min(groups, key=lambda group: group.code)


def sales_vat_percent(setup: VATPostingSetup) -> Decimal:
    """The VAT % that a sale carries: with reverse charge none, since the buyer pays it."""
    normal = setup.vat_calculation_type == VATPostingSetup.CalculationType.NORMAL
    return setup.vat_percent if normal else Decimal(0)
