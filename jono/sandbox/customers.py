"""The sandbox store's customers: found by e-mail address, made when they buy for the first time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from jono.sandbox.drafts import Address, Person
from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import money, time_text

FIRST_CUSTOMER_ID = 7_200_000_001
_ADDRESS = (
    "firstName", "lastName", "name", "company", "address1", "address2", "zip", "city", "province", "provinceCode",
    "country", "countryCodeV2", "phone", "latitude", "longitude",
)  # fmt: skip
_ADDRESS_NAMES = {"countryCode": "countryCodeV2"}
_TAKEN = {*_ADDRESS, "countryCode"}


class Customers:
    """The customers while some orders are placed: looked up once, kept together at the end."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._by_contact: dict[str, Record] = {}
        self._changed: dict[str, Record] = {}
        self._made: list[str] = []

    def bought(self, person: Person | None, amount: Decimal, currency: str, at: datetime) -> Record | None:
        """Return the customer who placed an order of that amount, made when new; None for nobody in particular."""
        if person is None:
            return None
        known = self._find(person) or self._new(person, currency, at)
        spent = Decimal(known["amountSpent"]["amount"]) + amount
        customer = known | {
            "numberOfOrders": str(int(known["numberOfOrders"]) + 1),
            "amountSpent": money(spent, currency),
            "updatedAt": max(known["updatedAt"], time_text(at)),
        }
        self._remember(customer)
        self._changed[customer["id"]] = customer
        return customer

    def made(self) -> Iterable[Record]:
        """Return the customers that are new."""
        return [self._changed[each] for each in self._made]

    def changed(self) -> Iterable[Record]:
        """Return the customers that must be put."""
        return self._changed.values()

    def _new(self, person: Person, currency: str, at: datetime) -> Record:
        customer = new_customer(self._state, person, currency, at)
        self._made.append(customer["id"])
        return customer

    def _find(self, person: Person) -> Record | None:
        known = None
        if person.email:
            known = self._by_contact.get(person.email.lower()) or with_email(self._state, person.email)
        elif person.phone:
            known = with_phone(self._state, person.phone) or self._by_contact.get(person.phone)
        return self._changed.get(known["id"], known) if known else None

    def _remember(self, customer: Record) -> None:
        email, phone = customer["defaultEmailAddress"], customer["defaultPhoneNumber"]
        if email:
            self._by_contact[email["emailAddress"].lower()] = customer
        if phone:
            self._by_contact.setdefault(phone["phoneNumber"], customer)


def with_email(state: State, address: str) -> Record | None:
    """Return the customer with that e-mail address."""
    found = "lower(json_extract(body, '$.defaultEmailAddress.emailAddress')) = ?"
    return state.first("Customer", found, (address.lower(),))


def with_phone(state: State, number: str) -> Record | None:
    """Return the customer with that phone number, the oldest if it is shared."""
    found = "json_extract(body, '$.defaultPhoneNumber.phoneNumber') = ?"
    return state.first("Customer", found, (number,))


def new_customer(state: State, person: Person, currency: str, at: datetime) -> Record:
    """Return somebody who has bought nothing yet, with a number of his own."""
    [number] = state.take_numbers("Customer", FIRST_CUSTOMER_ID, 1)
    address = address_record(person.address, number) if person.address else None
    return {
        "id": gid("Customer", number),
        "legacyResourceId": str(number),
        "firstName": person.first_name or None,
        "lastName": person.last_name or None,
        "displayName": f"{person.first_name} {person.last_name}".strip()
        or person.email
        or person.phone
        or "-",
        "locale": person.locale,
        "note": None,
        "tags": [],
        "state": "DISABLED",
        "taxExempt": False,
        "taxExemptions": [],
        "verifiedEmail": True,
        "numberOfOrders": "0",
        "amountSpent": money(Decimal(0), currency),
        "createdAt": time_text(at),
        "updatedAt": time_text(at),
        "defaultEmailAddress": email_record(person.email) if person.email else None,
        "defaultPhoneNumber": {"phoneNumber": person.phone} if person.phone else None,
        "defaultAddress": address,
        "addressesV2": [address] if address else [],
    }


def email_record(address: str) -> Record:
    """Return an e-mail address that has agreed to no advertising."""
    return {"emailAddress": address, "marketingState": "NOT_SUBSCRIBED", "marketingUpdatedAt": None}


def changed_address(known: Record, wanted: Mapping[str, Any]) -> Record:
    """Return an address with what a `MailingAddressInput` says of it."""
    told = {
        _ADDRESS_NAMES.get(name, name): value
        for name, value in wanted.items()
        if name != "id" and name in _TAKEN
    }
    changed = dict.fromkeys(_ADDRESS) | known | told
    names = f"{changed['firstName'] or ''} {changed['lastName'] or ''}".strip()
    return changed | {"name": names or None}


def address_record(address: Address, number: int) -> Record:
    """Return an address as an answer holds it."""
    return {
        "id": gid("MailingAddress", number),
        "firstName": address.first_name or None,
        "lastName": address.last_name or None,
        "name": f"{address.first_name} {address.last_name}".strip() or None,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "zip": address.zip,
        "city": address.city,
        "province": address.province,
        "provinceCode": address.province_code,
        "country": address.country,
        "countryCodeV2": address.country_code,
        "phone": address.phone,
        "latitude": None,
        "longitude": None,
    }
