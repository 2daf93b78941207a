"""Which ERP a company has."""

from jono.erp.office import Office
from jono.erp.port import Erp
from jono.kit.errors import UserError, gettext_noop
from jono.office.models import Company


def erp_of(company_code: str) -> Erp:
    """Return the ERP of a company; UserError when there is no such company."""
    series = ("customer_nos", "order_nos", "invoice_nos")
    companies = Company.objects.select_related(*(f"sales_setup__{name}" for name in series))
    company = companies.filter(code=company_code).first()
    if company is None:
        raise UserError(
            gettext_noop(
                "There is no company %(code)s. Create it, or choose another in the shop's settings."
            ),
            code=company_code,
        )
    return Office(company)
