"""Signing in by client ID and secret, at a sandbox store whose own clock can be run ahead."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from jono.kit.http import Answer, Http
from jono.sandbox.apps import credentials
from jono.sandbox.state import State
from jono.shopify.client import Store
from jono.shopify.models import Shop, ShopConnection
from jono.shopify.sign_in import RenewedTokens, tokens_of
from tests.stores import TOKEN, Clock, empty_store, served

BY_CREDENTIALS = ShopConnection.SignInMethod.CLIENT_CREDENTIALS


@dataclass
class Connected:
    """A shop that signs in to a sandbox store by client ID and secret."""

    shop: Shop
    state: State
    address: str

    @property
    def row(self) -> ShopConnection:
        return ShopConnection.objects.get(shop=self.shop)

    def tokens(self) -> RenewedTokens:
        return RenewedTokens(self.shop.code, self.address, Clock().wait)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store(self.address, tokens_of(self.shop, self.address, Clock().wait)) as store:
            yield store


def make(state: State, address: str) -> Connected:
    app = credentials(state)
    shop = Shop.objects.create(code="kahvila", company_code="NORDIC", shopify_url=address)
    row = ShopConnection(shop=shop, sign_in_method=BY_CREDENTIALS, client_id=app.client_id)
    row.client_secret = app.client_secret
    row.save()
    return Connected(shop, state, address)


@pytest.fixture
def connected(db: None) -> Iterator[Connected]:
    state = empty_store()
    with served(state) as address:
        yield make(state, address)


def test_a_token_is_asked_for_and_used_until_it_grows_old(connected: Connected) -> None:
    with connected.store() as store:
        store.shop()
    first = connected.row
    assert first.access_token
    assert first.token_expires_at and first.token_expires_at > now() + timedelta(hours=23)
    with connected.store() as store:
        store.shop()
    assert connected.row.access_token == first.access_token


def test_a_token_is_renewed_before_it_expires(connected: Connected) -> None:
    first = connected.tokens().current()
    ShopConnection.objects.update(token_expires_at=now() + timedelta(minutes=29))
    assert connected.tokens().current() != first


def test_a_token_that_the_store_no_longer_takes_is_renewed_and_the_call_goes_through(
    connected: Connected,
) -> None:
    ShopConnection.objects.update(token_renewed_at=now() - timedelta(hours=2))
    connected.tokens().current()
    row = connected.row
    row.access_token = "shpat_taken_back"
    row.token_renewed_at = now() - timedelta(minutes=2)
    row.save()
    with connected.store() as store:
        assert store.shop().name
    assert connected.row.access_token != "shpat_taken_back"


def test_a_refused_token_is_renewed_once_a_minute_at_most(connected: Connected) -> None:
    tokens = connected.tokens()
    refused = tokens.current()
    assert tokens.renewed(refused) is None


def test_who_was_refused_takes_the_token_that_another_worker_has_got_since(connected: Connected) -> None:
    tokens = connected.tokens()
    assert tokens.renewed("an older one") == tokens.current()


def test_wrong_credentials_are_told_with_what_to_do(connected: Connected) -> None:
    ShopConnection.objects.update(client_id="wrong")
    with pytest.raises(UserError, match="Dev Dashboard"):
        connected.tokens().current()
    assert connected.row.renewing_until is None


def test_a_store_that_is_busy_is_for_later(connected: Connected) -> None:
    class Busy(Http):
        def post_form(self, path: str, fields: object) -> Answer:
            return Answer(503, {}, b"")

    with pytest.raises(RetryLater):
        RenewedTokens(connected.shop.code, connected.address, Clock().wait, Busy).current()


def test_the_present_token_serves_while_another_worker_renews_it(connected: Connected) -> None:
    present = connected.tokens().current()
    ShopConnection.objects.update(
        token_expires_at=now() + timedelta(minutes=20), renewing_until=now() + timedelta(minutes=1)
    )
    assert connected.tokens().current() == present


def test_a_worker_that_died_renewing_is_not_waited_for(connected: Connected) -> None:
    ShopConnection.objects.update(renewing_until=now() - timedelta(seconds=1))
    assert connected.tokens().current()


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_signs_in() -> None:
    asked: list[str] = []

    class Counting(Http):
        def post_form(self, path: str, fields: object) -> Answer:
            asked.append(path)
            return super().post_form(path, fields)  # type: ignore[arg-type]

    state = empty_store()
    with served(state) as address:
        shop = make(state, address).shop
        got: list[str] = []

        def pause(seconds: float) -> None:
            threading.Event().wait(seconds)

        def work() -> None:
            got.append(RenewedTokens(shop.code, address, pause, Counting).current())
            connection.close()

        workers = [threading.Thread(target=work) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert len(asked) == 1
    assert len(got) == 6
    assert len(set(got)) == 1


def test_a_pasted_token_is_used_as_it_is(connected: Connected) -> None:
    row = connected.row
    row.sign_in_method, row.access_token = ShopConnection.SignInMethod.TOKEN, TOKEN
    row.save()
    connected.shop.refresh_from_db()
    with connected.store() as store:
        assert store.shop().name


@pytest.mark.parametrize(
    ("method", "lacks"), [("token", "no access token"), (BY_CREDENTIALS, "no client ID")]
)
def test_what_is_not_filled_in_is_named(connected: Connected, method: str, lacks: str) -> None:
    ShopConnection.objects.update(sign_in_method=method, sealed_token="", sealed_client_secret="")
    connected.shop.refresh_from_db()
    with pytest.raises(UserError, match=lacks):
        tokens_of(connected.shop, connected.address, Clock().wait)


def test_for_an_hour_webhooks_may_be_signed_with_the_secret_before(connected: Connected) -> None:
    row = connected.row
    before = row.client_secret
    row.client_secret = "shpss_new"
    assert row.signing_secrets(now()) == ["shpss_new", before]
    assert row.signing_secrets(now() + timedelta(minutes=61)) == ["shpss_new"]
