"""Customers made and changed by an app."""

import re
from collections.abc import Mapping
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.customers import changed_address, email_record, new_customer, with_email, with_phone
from jono.sandbox.drafts import Person
from jono.sandbox.events import announce
from jono.sandbox.gids import gid
from jono.sandbox.mutations.carrying_out import Arguments, Payload, Refusal, RefusedError, refuse
from jono.sandbox.mutations.records import known
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_ADDRESS_ID = 8_900_000_001
_PLAIN = ("firstName", "lastName", "note", "locale", "taxExempt", "taxExemptions")


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`customerCreate`."""
    state, wanted = asking.state, arguments["input"]
    if not any((wanted.get(name) or "").strip() for name in ("email", "phone", "firstName", "lastName")):
        raise refuse(None, "A name, phone number, or email address must be present")
    _check(state, wanted, None)
    currency = (state.find(SHOP) or {})["currencyCode"]
    customer = _changed(state, new_customer(state, Person(locale="en"), currency, state.now()), wanted)
    state.put([customer])
    announce(state, "CUSTOMERS_CREATE", customer)
    return {"customer": customer["id"]}


def update(asking: Asking, arguments: Arguments) -> Payload:
    """`customerUpdate`."""
    state, wanted = asking.state, arguments["input"]
    customer = known(state, wanted.get("id") or "", "Customer", ("id",))
    _check(state, wanted, customer["id"])
    changed = _changed(state, customer, wanted)
    state.put([changed])
    announce(state, "CUSTOMERS_UPDATE", changed)
    return {"customer": customer["id"]}


def _check(state: State, wanted: Mapping[str, Any], own: str | None) -> None:
    """An address of e-mail, and a phone number, belong to one customer."""
    refused = []
    email, phone = (wanted.get("email") or "").strip().lower(), wanted.get("phone")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        refused.append(Refusal(("email",), "Email is invalid"))
    if phone and not re.fullmatch(r"\+?[0-9 ()./-]{5,20}", phone):
        refused.append(Refusal(("phone",), "Phone is invalid"))
    owner = with_email(state, email) if email else None
    if owner and owner["id"] != own:
        refused.append(Refusal(("email",), "Email has already been taken"))
    owner = with_phone(state, phone) if phone else None
    if owner and owner["id"] != own:
        refused.append(Refusal(("phone",), "Phone has already been taken"))
    if refused:
        raise RefusedError(*refused)


def _changed(state: State, customer: Record, wanted: Mapping[str, Any]) -> Record:
    changed = customer | {name: wanted[name] for name in _PLAIN if name in wanted}
    changed["updatedAt"] = time_text(state.now())
    if wanted.get("tags") is not None:
        changed["tags"] = sorted(set(wanted["tags"]))
    if "email" in wanted:
        email = wanted["email"]
        known_one = changed["defaultEmailAddress"] or {}
        changed["defaultEmailAddress"] = (
            email_record(email) | known_one | {"emailAddress": email} if email else None
        )
    if "phone" in wanted:
        changed["defaultPhoneNumber"] = {"phoneNumber": wanted["phone"]} if wanted["phone"] else None
    if wanted.get("addresses") is not None:
        changed["addressesV2"] = [_address(state, changed, each) for each in wanted["addresses"]]
        changed["defaultAddress"] = changed["addressesV2"][0] if changed["addressesV2"] else None
    names = f"{changed['firstName'] or ''} {changed['lastName'] or ''}".strip()
    email = (changed["defaultEmailAddress"] or {}).get("emailAddress")
    phone = (changed["defaultPhoneNumber"] or {}).get("phoneNumber")
    return changed | {"displayName": names or email or phone or "-"}


def _address(state: State, customer: Record, wanted: Mapping[str, Any]) -> Record:
    had = {each["id"]: each for each in customer["addressesV2"]}
    known_one = had.get(wanted.get("id") or "")
    if known_one is None:
        [number] = state.take_numbers("MailingAddress", FIRST_ADDRESS_ID, 1)
        known_one = {"id": gid("MailingAddress", number)}
    return changed_address(known_one, wanted)
