"""What comes after orders: payouts, disputes, gift cards, returns; and companies that buy."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jono.sandbox.companies import COMPANIES, put_company
from jono.sandbox.drafts import Line, OrderDraft
from jono.sandbox.orders import place
from jono.sandbox.payouts import dispute, pay_out
from jono.sandbox.returns import open_return
from jono.sandbox.server import open_store
from jono.sandbox.state import State
from tests.sandbox.callers import Asker
from tests.sandbox.test_served import PROMISES
from tests.stores import empty_store

MUG = Line(title="Mug", price=Decimal("12.55"))


@pytest.fixture
def state() -> Iterator[State]:
    state = empty_store()
    yield state
    state.close()


@pytest.fixture
def ask(state: State) -> Asker:
    return Asker(state)


def test_card_payments_are_balanced_and_paid_out_by_the_day(state: State, ask: Asker) -> None:
    noon = state.now() - timedelta(days=5)
    for days, gateway in (
        (0, "shopify_payments"),
        (0, "shopify_payments"),
        (1, "shopify_payments"),
        (1, "manual"),
    ):
        place(state, OrderDraft(lines=(MUG,), created_at=noon + timedelta(days=days), gateway=gateway))
    [first, second] = pay_out(state, state.now())
    assert pay_out(state, state.now()) == []
    assert (first["net"]["amount"], first["summary"]["chargesGross"]["amount"]) == ("23.98", "25.1")
    assert (second["net"]["amount"], second["summary"]["chargesFee"]["amount"]) == ("11.99", "0.56")
    query = """query B($q: String) { shopifyPaymentsAccount { balance { amount } payouts(first: 5) { nodes { id } }
      balanceTransactions(first: 9, query: $q) { nodes { associatedOrder { name } associatedPayout { id } } } } }"""
    told = ask.data(query, q=f"payments_transfer_id:{first['legacyResourceId']}")
    assert told["balance"] == [{"amount": "0.0"}]
    assert {each["id"] for each in told["payouts"]["nodes"]} == {first["id"], second["id"]}
    assert [each["associatedOrder"]["name"] for each in told["balanceTransactions"]["nodes"]] == [
        "#1001",
        "#1002",
    ]


def test_a_refund_takes_off_the_next_payout(state: State) -> None:
    place(state, OrderDraft(lines=(MUG,), financial_status="REFUNDED"))
    [payout] = pay_out(state, state.now() + timedelta(seconds=1))
    assert (payout["transactionType"], payout["net"]["amount"]) == ("WITHDRAWAL", "-0.56")
    assert payout["summary"]["refundsFeeGross"]["amount"] == "-12.55"


def test_gift_cards_are_issued_when_they_are_paid(state: State, ask: Asker) -> None:
    card = Line(title="Gift card", price=Decimal(50), quantity=2, gift_card=True)
    place(state, OrderDraft(lines=(card, MUG)), OrderDraft(lines=(card,), financial_status="PENDING"))
    cards = ask.data("{ giftCards(first: 9) { nodes { enabled balance { amount } order { name } } } }")[
        "nodes"
    ]
    assert cards == [{"enabled": True, "balance": {"amount": "50.0"}, "order": {"name": "#1001"}}] * 2


def test_a_company_buys_for_one_of_its_locations(state: State, ask: Asker) -> None:
    company = put_company(state, COMPANIES[0])
    location = company["locations"][1]
    [order] = place(state, OrderDraft(lines=(MUG,), company_location=location))
    query = """query O($id: ID!) { order(id: $id) { purchasingEntity { __typename
      ... on PurchasingCompany { company { name } location { name taxRegistrationId }
        contact { customer { email: displayName } } } } } }"""
    assert ask.data(query, id=order["id"])["purchasingEntity"] == {
        "__typename": "PurchasingCompany",
        "company": {"name": "Revontuli Hotellit Oy"},
        "location": {"name": "Revontuli Levi", "taxRegistrationId": "FI12345671"},
        "contact": {"customer": {"email": "Helmi Karhu"}},
    }
    number = company["id"].rsplit("/", 1)[1]
    found = ask.data(f'{{ companyLocations(first: 5, query: "company_id:{number}") {{ nodes {{ id }} }} }}')[
        "nodes"
    ]
    assert [each["id"] for each in found] == company["locations"]
    with pytest.raises(ValueError, match="No company has the location"):
        place(state, OrderDraft(lines=(MUG,), company_location="gid://shopify/CompanyLocation/1"))


def test_what_was_shipped_can_be_returned(state: State, ask: Asker) -> None:
    shipped, not_shipped = place(
        state, OrderDraft(lines=(MUG,), fulfillment_status="FULFILLED"), OrderDraft(lines=(MUG,))
    )
    open_return(state, dict(shipped), "cracked")
    query = """query O($id: ID!) { order(id: $id) { returnStatus returns(first: 5) { nodes { name status
      returnLineItems(first: 5) { nodes { quantity returnReasonNote
        ... on ReturnLineItem { fulfillmentLineItem { lineItem { title } } } } } } } } }"""
    assert ask.data(query, id=shipped["id"]) == {
        "returnStatus": "IN_PROGRESS",
        "returns": {
            "nodes": [
                {
                    "name": "#1001-R1",
                    "status": "OPEN",
                    "returnLineItems": {
                        "nodes": [
                            {
                                "quantity": 1,
                                "returnReasonNote": "cracked",
                                "fulfillmentLineItem": {"lineItem": {"title": "Mug"}},
                            }
                        ]
                    },
                }
            ]
        },
    }
    with pytest.raises(ValueError, match="Nothing of #1002 has been shipped"):
        open_return(state, dict(not_shipped))


def test_a_payment_can_be_disputed(state: State, ask: Asker) -> None:
    [order] = place(state, OrderDraft(lines=(MUG,)))
    dispute(state, order)
    found = ask.data(
        '{ disputes(first: 5, query: "status:needs_response") { nodes { amount { amount } order { id } } } }'
    )
    assert found["nodes"] == [{"amount": {"amount": "12.55"}, "order": {"id": order["id"]}}]


def test_all_of_it_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    from jono.sandbox import answering

    monkeypatch.setattr(answering, "MAXIMUM", 10_000)
    state = open_store(orders=10)
    card = Line(title="Gift card", price=Decimal(50), gift_card=True)
    [order] = place(state, OrderDraft(lines=(card, MUG), fulfillment_status="FULFILLED"))
    open_return(state, dict(order))
    dispute(state, order)
    answered: dict[str, Any] = Asker(state)(PROMISES["ServedMoney"], id=order["id"], first=20)
    assert "errors" not in answered
    data = answered["data"]
    account = data["shopifyPaymentsAccount"]
    told = [data[name] for name in ("companies", "companyLocations", "disputes", "giftCards")]
    told += [account[name] for name in ("payouts", "balanceTransactions", "disputes")]
    assert all(each["nodes"] for each in told)
    state.close()


CARD = """mutation C($input: GiftCardCreateInput!) { giftCardCreate(input: $input) {
  giftCard { id lastCharacters balance { amount } } giftCardCode userErrors { code message } } }"""
DEBIT = """mutation D($id: ID!, $input: GiftCardDebitInput!) { giftCardDebit(id: $id, debitInput: $input) {
  giftCardDebitTransaction { amount { amount } giftCard { balance { amount } } } userErrors { code message } } }"""


def test_a_gift_card_is_used_until_it_is_empty(ask: Asker) -> None:
    made = ask.data(CARD, input={"initialValue": "50", "code": "KAHVI2026"})
    assert (made["giftCardCode"], made["giftCard"]["lastCharacters"]) == ("KAHVI2026", "2026")
    id, euros = made["giftCard"]["id"], {"amount": "30", "currencyCode": "EUR"}
    told = ask.data(DEBIT, id=id, input={"debitAmount": euros})["giftCardDebitTransaction"]
    assert told == {"amount": {"amount": "-30.0"}, "giftCard": {"balance": {"amount": "20.0"}}}
    assert ask.refused(DEBIT, id=id, input={"debitAmount": euros})[0][0] == "INSUFFICIENT_FUNDS"
    kronor = {"amount": "3", "currencyCode": "SEK"}
    assert ask.refused(DEBIT, id=id, input={"debitAmount": kronor})[0][0] == "MISMATCHING_CURRENCY"
    ask.data("mutation D($id: ID!) { giftCardDeactivate(id: $id) { giftCard { enabled } } }", id=id)
    assert ask.refused(DEBIT, id=id, input={"debitAmount": euros | {"amount": "1"}})[0][0] == "INVALID"
    assert ask.refused(CARD, input={"initialValue": "0"})[0][0] == "GREATER_THAN"


def test_a_company_is_made_with_its_buyer_and_gets_more_locations(state: State, ask: Asker) -> None:
    create = """mutation C($input: CompanyCreateInput!) { companyCreate(input: $input) {
      company { id name mainContact { customer { displayName } } } userErrors { code message } } }"""
    wanted = {"company": {"name": "Kallion Kahvila Oy"},
              "companyContact": {"email": "aino@kahvila.example", "firstName": "Aino"}}  # fmt: skip
    made = ask.data(create, input=wanted)["company"]
    assert made["mainContact"]["customer"] == {"displayName": "Aino"}
    assert ask.refused(create, input=wanted)[0][0] == "TAKEN"
    more = """mutation L($id: ID!, $input: CompanyLocationInput!) {
      companyLocationCreate(companyId: $id, input: $input) {
      companyLocation { id name company { locationsCount { count } } } userErrors { code message } } }"""
    place_two = {
        "name": "Turku",
        "shippingAddress": {"address1": "Aurakatu 1", "city": "Turku", "countryCode": "FI"},
    }
    told = ask.data(more, id=made["id"], input=place_two)["companyLocation"]
    assert (told["name"], told["company"]["locationsCount"]) == ("Turku", {"count": 2})
    [order] = place(state, OrderDraft(lines=(MUG,), company_location=told["id"]))
    assert order["purchasingEntity"]["company"] == made["id"]
    blank = 'mutation U($id: ID!) { companyUpdate(companyId: $id, input: {name: " "}) { userErrors { code message } } }'
    assert ask.refused(blank, id=made["id"])[0][0] == "BLANK"
