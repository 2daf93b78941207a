"""Alerts on every page, on their own, and the channels they are told on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jono.jobs import alerts, channels, deliveries, queue
from jono.jobs.models import Alert, AlertChannel, Delivery
from jono.jobs.models.alert import FOREVER
from jono.kit.clock import now
from jono.kit.errors import UserError
from jono.shopify.models import Shop
from jono.web.banner import standing_alerts

CALLED = "Sync Orders from Shopify"


@pytest.fixture
def alert(shop: Shop) -> Alert:
    """An alert of a sync that failed."""
    entry = queue.start_now(30104, shop.company_code, {"shop": shop.code})
    queue.finish(entry.runs.get(), UserError("The store is closed for %(why)s.", why="Midsummer"))
    return entry.alerts.get()


@pytest.fixture
def banner() -> AlertChannel:
    return AlertChannel.objects.get_or_create(kind="banner", defaults={"description": "Every page"})[0]


@pytest.fixture
def webhook(db: None) -> AlertChannel:
    return channels.keep(AlertChannel(kind="webhook", description="Watch", url="https://watch.example/hook"))


def test_the_banner_stands_on_every_page_and_comes_anew_when_alerts_change(
    pages: Client, alert: Alert
) -> None:
    for address in ("/", "/shopify-shops", "/banner"):
        answer = pages.get(address)
        assert "The store is closed for Midsummer." in answer.text
        assert f'href="/alerts/{alert.pk}"' in answer.text
        assert 'data-live-all="alert channel"' in answer.text


def test_the_banner_shows_three_and_says_how_many_more(pages: Client, shop: Shop) -> None:
    for number in range(5):
        Alert.objects.create(kind="failed", message=f"Trouble {number}", last_at=now() + timedelta(number))
    text = pages.get("/banner").text
    assert [f"Trouble {number}" in text for number in range(5)] == [False, False, True, True, True]
    assert "and 2 more alerts" in text


def test_who_may_not_see_alerts_sees_no_banner(browser_of: Callable[..., Client], alert: Alert) -> None:
    assert "Midsummer" not in browser_of("shopify.view_order").get("/").text


def test_a_muted_alert_leaves_the_banner_and_comes_back(pages: Client, alert: Alert) -> None:
    pages.post(f"/alerts/{alert.pk}/do/mute-forever")
    alert.refresh_from_db()
    assert alert.muted_until_at == FOREVER
    assert "Midsummer" not in pages.get("/banner").text
    assert "Forever" in pages.get(f"/alerts/{alert.pk}").text
    pages.post("/alerts/-/do/unmute", {"record": [alert.pk]})
    assert "Midsummer" in pages.get("/banner").text


def test_an_alert_is_muted_until_a_time_on_its_card(pages: Client, alert: Alert) -> None:
    answer = pages.post(f"/alerts/{alert.pk}/edit", {"muted_until_at": "2030-01-07T08:00"})
    assert answer.status_code == 302
    assert "2030-01-07T06:00:00+00:00" in pages.get(f"/alerts/{alert.pk}").text
    assert not standing_alerts()


def test_the_whole_banner_can_be_muted_and_still_be_tested(
    pages: Client, alert: Alert, banner: AlertChannel
) -> None:
    pages.post(f"/alert-channels/{banner.pk}/do/mute-for-a-day")
    assert "Midsummer" not in pages.get("/banner").text
    pages.post(f"/alert-channels/{banner.pk}/do/test")
    assert "This is a test of the channel Every page." in pages.get("/banner").text


def test_the_banner_tells_what_it_is_set_to_tell(pages: Client, alert: Alert, banner: AlertChannel) -> None:
    AlertChannel.objects.filter(pk=banner.pk).update(company_code="SUOMI")
    assert not standing_alerts()
    AlertChannel.objects.filter(pk=banner.pk).update(company_code="", tells_failed=False)
    assert not standing_alerts()
    AlertChannel.objects.filter(pk=banner.pk).update(tells_failed=True)
    assert list(standing_alerts()) == [alert]


def test_closing_an_alert_notes_who_did(pages: Client, alert: Alert, liisa: User) -> None:
    pages.post("/alerts/-/do/resolve", {"record": [alert.pk]})
    alert.refresh_from_db()
    assert (alert.open, alert.resolved_by) == (False, liisa)


def test_open_alerts_stand_first(pages: Client, alert: Alert) -> None:
    later = Alert.objects.create(kind="test", message="Just a test", resolved_at=now())
    text = pages.get("/alerts").text
    assert text.index(f'id="alerts-{alert.pk}"') < text.index(f'id="alerts-{later.pk}"')
    assert CALLED in text


def test_a_test_of_an_alert_that_nobody_is_told_of_says_what_to_do(pages: Client, alert: Alert) -> None:
    answer = pages.post(f"/alerts/{alert.pk}/do/test", follow=True)
    assert "Add one on the page Alert Channels." in answer.text


def test_a_channel_is_filled_in_and_its_faults_stand_beside_their_fields(pages: Client, db: None) -> None:
    given = {"kind": "email", "description": "Office", "addresses": "maija at example.fi", "language": "fi"}
    answer = pages.post("/alert-channels/-/new", given)
    assert answer.status_code == 422
    assert "at is not an e-mail address." in answer.text
    answer = pages.post("/alert-channels/-/new", {**given, "addresses": "maija@example.fi", "enabled": "on"})
    assert answer.status_code == 302
    made = AlertChannel.objects.get(kind="email")
    assert (made.addresses, made.language, made.enabled, made.tells_failed) == (
        "maija@example.fi",
        "fi",
        True,
        False,
    )


def test_there_is_one_banner_and_it_cannot_be_added_or_deleted(pages: Client, banner: AlertChannel) -> None:
    given = {"kind": "banner", "description": "Another", "language": "en"}
    assert pages.post("/alert-channels/-/new", given).status_code == 422
    pages.post(f"/alert-channels/{banner.pk}/do/delete")
    assert AlertChannel.objects.filter(kind="banner").count() == 1


def test_a_webhook_shows_its_secret_only_where_it_is_asked_for(pages: Client, webhook: AlertChannel) -> None:
    secret = channels.secret_of(webhook)
    for address in ("/alert-channels", f"/alert-channels/{webhook.pk}", f"/alert-channels/{webhook.pk}/edit"):
        answer = pages.get(address)
        assert secret not in answer.text
        assert webhook.sealed_secret not in answer.text
    answer = pages.post(f"/alert-channels/{webhook.pk}/do/show-secret")
    assert secret in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    answer = pages.post(f"/alert-channels/{webhook.pk}/do/renew-secret")
    webhook.refresh_from_db()
    assert channels.secret_of(webhook) in answer.text
    assert channels.secret_of(webhook) != secret


def test_who_may_only_look_is_not_shown_the_secret(
    browser_of: Callable[..., Client], webhook: AlertChannel
) -> None:
    matti = browser_of("jobs.view_alertchannel")
    assert matti.get(f"/alert-channels/{webhook.pk}").status_code == 200
    assert matti.post(f"/alert-channels/{webhook.pk}/do/show-secret").status_code == 403


def test_a_channel_tells_how_it_works_by_what_became_of_its_test(
    pages: Client, webhook: AlertChannel
) -> None:
    pages.post(f"/alert-channels/{webhook.pk}/do/test")
    address = f"/alert-channels/{webhook.pk}"
    assert "Not tried yet" in pages.get(address).text
    failed = {"status": "given up", "attempts": 9, "error_message": "%(address)s answered %(status)s."}
    Delivery.objects.update(**failed, error_values={"address": "https://watch.example", "status": 500})
    text = pages.get(address).text
    assert "Does not work" in text
    assert "https://watch.example answered 500." in text
    pages.post(f"{address}/do/deliveries/send-again", {"record": [Delivery.objects.get().pk]})
    assert Delivery.objects.get().status == "due"
    Delivery.objects.update(status="sent", attempts=1)
    assert "Works" in pages.get(address).text


def test_the_entry_shows_its_open_alerts(pages: Client, alert: Alert) -> None:
    assert f'href="/alerts/{alert.pk}">Failed</a>' in pages.get(f"/job-queue-entries/{alert.entry_no}").text


def test_deliveries_of_an_alert_stand_on_its_card(pages: Client, webhook: AlertChannel, alert: Alert) -> None:
    assert deliveries.listeners(alert).get() == webhook
    assert "Watch" in pages.get(f"/alerts/{alert.pk}").text
    alerts.resolve(alert)
    assert "Resolved" in pages.get(f"/alerts/{alert.pk}").text
