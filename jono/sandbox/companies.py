"""Companies that buy at the store (B2B): each with its locations and the customer who buys for it."""

from dataclasses import dataclass

from jono.sandbox.customers import new_customer
from jono.sandbox.drafts import Person
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_COMPANY_ID = 1_900_000_001
_COUNT = 100


@dataclass(frozen=True)
class Place:
    """Where a company buys for."""

    name: str
    street: str
    post_code: str
    city: str
    country: str = "Finland"
    country_code: str = "FI"


@dataclass(frozen=True)
class CompanyDraft:
    """A company as one describes it."""

    name: str
    tax_id: str
    buyer: Person
    places: tuple[Place, ...]
    external_id: str | None = None


COMPANIES = (
    CompanyDraft(
        "Revontuli Hotellit Oy",
        "FI12345671",
        Person(first_name="Helmi", last_name="Karhu", email="helmi.karhu@revontuli.example"),
        (
            Place("Revontuli Rovaniemi", "Koskikatu 7", "96200", "Rovaniemi"),
            Place("Revontuli Levi", "Hissitie 2", "99130", "Levi"),
        ),
    ),
    CompanyDraft(
        "Skärgårdens Kaféer AB",
        "SE556677889901",
        Person(first_name="Elsa", last_name="Lind", email="elsa.lind@skargarden.example", locale="sv"),
        (Place("Sandhamn", "Strandvägen 3", "130 39", "Sandhamn", "Sweden", "SE"),),
    ),
)


def put_company(state: State, draft: CompanyDraft) -> Record:
    """Keep a new company with its locations and its buyer; return its record."""
    [number] = state.take_numbers("Company", FIRST_COMPANY_ID, 1)
    at, currency = time_text(state.now()), (state.find(SHOP) or {})["currencyCode"]
    id, contact = gid("Company", number), gid("CompanyContact", number)
    customer = new_customer(state, draft.buyer, currency, state.now())
    times = {"createdAt": at, "updatedAt": at}
    locations = [
        location_record(number * _COUNT + index, id, draft, place, currency) | times
        for index, place in enumerate(draft.places, start=1)
    ]
    company = {
        "id": id,
        "name": draft.name,
        "externalId": draft.external_id,
        "note": None,
        "customerSince": at,
        "contactsCount": {"count": 1},
        "locationsCount": {"count": len(locations)},
        "mainContact": contact,
        "contacts": [contact],
        "locations": [each["id"] for each in locations],
        **times,
    }
    buyer = {
        "id": contact,
        "title": None,
        "isMainContact": True,
        "company": id,
        "customer": customer["id"],
        **times,
    }
    state.put([company, buyer, customer, *locations])
    return company


def purchasing_entity(state: State, location: str) -> Record:
    """Return who buys when an order is for a company's location; ValueError when there is no such one."""
    found = state.find(location)
    company = state.find(found["company"]) if found and found["__typename"] == "CompanyLocation" else None
    if company is None:
        raise ValueError(f"No company has the location {location}.")
    return {
        "__typename": "PurchasingCompany",
        "company": company["id"],
        "contact": company["mainContact"],
        "location": location,
    }


def add_location(state: State, company: Record, place: Place, tax_id: str | None) -> Record:
    """Keep a further location of a company, changed with it; return the location."""
    _, number = read_gid(company["id"]) or ("", 0)
    contact = state.find(company["mainContact"]) if company["mainContact"] else None
    buyer = state.find(contact["customer"]) if contact else None
    names = {each: (buyer or {}).get(each) or "" for each in ("firstName", "lastName")}
    person = Person(first_name=names["firstName"], last_name=names["lastName"])
    draft = CompanyDraft(company["name"], tax_id or "", person, ())
    at, currency = time_text(state.now()), (state.find(SHOP) or {})["currencyCode"]
    count = len(company["locations"]) + 1
    made = location_record(number * _COUNT + count, company["id"], draft, place, currency)
    made |= {"taxRegistrationId": tax_id, "createdAt": at, "updatedAt": at}
    ids = [*company["locations"], made["id"]]
    state.put([made, company | {"locations": ids, "locationsCount": {"count": count}, "updatedAt": at}])
    return made


def location_record(number: int, company: str, draft: CompanyDraft, place: Place, currency: str) -> Record:
    """Return the record of a company's location without its times."""
    address = {
        "id": gid("CompanyAddress", number),
        "address1": place.street,
        "address2": None,
        "city": place.city,
        "zip": place.post_code,
        "province": None,
        "zoneCode": None,
        "country": place.country,
        "countryCode": place.country_code,
        "phone": None,
        "recipient": draft.name,
        "companyName": draft.name,
        "firstName": draft.buyer.first_name,
        "lastName": draft.buyer.last_name,
    }
    return {
        "id": gid("CompanyLocation", number),
        "name": place.name,
        "externalId": None,
        "phone": None,
        "note": None,
        "currency": currency,
        "taxRegistrationId": draft.tax_id,
        "company": company,
        "billingAddress": address,
        "shippingAddress": address,
    }
