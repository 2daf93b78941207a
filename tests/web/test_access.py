"""People see and do what their permissions cover, and nothing else."""

from collections.abc import Callable

from django.test import Client

from jono.jobs.models import JobQueueEntry, Run
from jono.shopify.models import Order, Shop


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    for address in ("/", "/shopify-orders", "/tell-me?q=shop", "/live"):
        assert client.get(address).headers["Location"].startswith("/sign-in?next=")


def test_the_way_on_is_kept_through_the_sign_in(client: Client, liisa: object) -> None:
    form = {"username": "liisa", "password": "secret", "next": "/shopify-shops"}
    assert client.post("/sign-in", form).headers["Location"] == "/shopify-shops"


def test_a_wrong_password_is_told_without_saying_what_was_wrong(client: Client, liisa: object) -> None:
    answer = client.post(
        "/sign-in", {"username": "liisa", "password": "guess"}, headers={"accept-language": "en"}
    )
    assert "Please enter a correct username and password" in answer.text


def test_the_menu_holds_only_pages_that_may_be_opened(browser_of: Callable[..., Client]) -> None:
    home = browser_of("shopify.view_order").get("/")
    assert "Shopify Orders" in home.text
    assert "Shopify Shops" not in home.text
    assert "Tasks Failed" not in home.text


def test_a_page_without_permission_says_so(browser_of: Callable[..., Client], shop: Shop) -> None:
    matti = browser_of("shopify.view_order")
    for address in ("/shopify-shops", "/shopify-shops/kahvila", "/shopify-shops/-/row/kahvila"):
        answer = matti.get(address)
        assert answer.status_code == 403
        assert "Ask an administrator" in answer.text


def test_seeing_is_not_doing(browser_of: Callable[..., Client], imported: Run) -> None:
    matti = browser_of("shopify.view_order", "shopify.view_shop", "jobs.view_jobqueueentry")
    entry, order = JobQueueEntry.objects.get(), Order.objects.get(processed=False)
    assert "Create Sales Document" not in matti.get(f"/shopify-orders/{order.pk}").text
    assert "Set Status to Ready" not in matti.get("/job-queue-entries").text
    forbidden = (
        f"/shopify-orders/{order.pk}/do/create-document",
        "/shopify-shops/kahvila/do/sync-orders",
        "/shopify-shops/kahvila/switch/enabled",
        f"/job-queue-entries/{entry.pk}/do/set-ready",
        "/job-queue-entries/-/do/delete",
        "/job-queue-entries/-/new",
    )
    for address in forbidden:
        assert matti.post(address, {"record": entry.pk}).status_code == 403, address
    assert matti.get("/shopify-shops/kahvila/edit").status_code == 403
    assert JobQueueEntry.objects.count() == 1
    assert Shop.objects.get().enabled


def test_an_action_cannot_be_taken_by_following_a_link(pages: Client, shop: Shop) -> None:
    assert pages.get("/shopify-shops/kahvila/do/sync-orders").status_code == 405
    assert not JobQueueEntry.objects.exists()


def test_a_form_from_elsewhere_is_refused(liisa: object, shop: Shop) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(liisa)  # type: ignore[arg-type]
    answer = browser.post("/shopify-shops/kahvila/do/sync-orders")
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


def test_going_back_never_leaves_jono(pages: Client) -> None:
    assert (
        pages.post("/theme", {"theme": "dark", "back": "https://elsewhere.example/"}).headers["Location"]
        == "/"
    )
