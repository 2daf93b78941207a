"""An order's addresses in the ERP's words: which name goes where is the shop's choice."""

from jono.erp import port
from jono.shopify.models import CustomerSettings, OrderAddress

NameSource = CustomerSettings.NameSource


def address_of(given: OrderAddress, settings: CustomerSettings) -> port.Address:
    """Return an address with name, name 2 and contact chosen as connector reference 1.4.3 (header map) has it."""
    name = _name(given, settings.name_source)
    name_2 = _name(given, settings.name_2_source)
    contact = _name(given, settings.contact_source)
    if not name:
        name, name_2 = name_2, ""
    if not name:
        name, contact = contact, ""
    by_code = settings.county_source == CustomerSettings.CountySource.CODE
    return port.Address(
        name=name,
        name_2="" if name_2 == name else name_2,
        contact=contact,
        address=given.address,
        address_2=given.address_2,
        city=given.city,
        county=(given.county_code if by_code else given.county_name).strip()[:30],
        post_code=given.post_code,
        country_region_code=given.country_region_code,
    )


def _name(given: OrderAddress, source: str) -> str:
    first, last = given.first_name.strip(), given.last_name.strip()
    match source:
        case NameSource.COMPANY:
            return given.company.strip()
        case NameSource.FIRST_LAST:
            return f"{first} {last}".strip()
        case NameSource.LAST_FIRST:
            return f"{last} {first}".strip()
        case _:
            return ""
