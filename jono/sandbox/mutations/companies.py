"""Companies that buy (B2B), made and changed by an app."""

from collections.abc import Mapping
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.companies import CompanyDraft, Place, add_location, put_company
from jono.sandbox.customers import with_email
from jono.sandbox.drafts import Person
from jono.sandbox.events import announce
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.mutations.records import known
from jono.sandbox.state import Record
from jono.sandbox.values import time_text

_PLAIN = ("name", "externalId", "note", "customerSince")


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`companyCreate`: with its main contact, who becomes a customer, and its first location."""
    state, wanted = asking.state, arguments["input"]
    company, contact = wanted["company"], wanted.get("companyContact")
    _check_name(company, ("input", "company", "name"), required=True)
    if not contact or not contact.get("email"):
        raise refuse(
            ("input", "companyContact"), "The sandbox store asks for a contact with an email.", "REQUIRED"
        )
    if with_email(state, contact["email"]):
        raise refuse(("input", "companyContact", "email"), "Email address has already been taken.", "TAKEN")
    names = {"first_name": contact.get("firstName") or "", "last_name": contact.get("lastName") or ""}
    buyer = Person(
        email=contact["email"], phone=contact.get("phone"), locale=contact.get("locale") or "en", **names
    )
    place = wanted.get("companyLocation") or {}
    places = (_place(place | {"name": place.get("name") or company["name"]}),)
    tax_id = place.get("taxRegistrationId") or ""
    made = put_company(state, CompanyDraft(company["name"], tax_id, buyer, places, company.get("externalId")))
    made |= {name: company[name] for name in _PLAIN if company.get(name) is not None}
    state.put([made])
    announce(state, "COMPANIES_CREATE", made)
    return {"company": made["id"]}


def update(asking: Asking, arguments: Arguments) -> Payload:
    """`companyUpdate`."""
    state, wanted = asking.state, arguments["input"]
    company = known(state, arguments["companyId"], "Company", ("companyId",), "RESOURCE_NOT_FOUND")
    _check_name(wanted, ("input", "name"), required="name" in wanted)
    changed: Record = company | {name: wanted[name] for name in _PLAIN if name in wanted}
    changed["updatedAt"] = time_text(state.now())
    state.put([changed])
    announce(state, "COMPANIES_UPDATE", changed)
    return {"company": company["id"]}


def create_location(asking: Asking, arguments: Arguments) -> Payload:
    """`companyLocationCreate`."""
    state, wanted = asking.state, arguments["input"]
    company = known(state, arguments["companyId"], "Company", ("companyId",), "RESOURCE_NOT_FOUND")
    _check_name(wanted, ("input", "name"), required=True)
    made = add_location(state, company, _place(wanted), wanted.get("taxRegistrationId"))
    announce(state, "COMPANY_LOCATIONS_CREATE", made)
    return {"companyLocation": made["id"]}


def _check_name(wanted: Mapping[str, Any], where: tuple[str, ...], *, required: bool) -> None:
    if required and not (wanted.get("name") or "").strip():
        raise refuse(where, "Name can't be blank", "BLANK")


def _place(wanted: Mapping[str, Any]) -> Place:
    address = wanted.get("shippingAddress") or {}
    code = address.get("countryCode") or "FI"
    street, post_code, city = (address.get(each) or "" for each in ("address1", "zip", "city"))
    return Place(wanted["name"], street, post_code, city, "Finland" if code == "FI" else code, code)
