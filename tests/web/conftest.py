"""Who looks at the pages, and what there is to see: the cast's company and shop, with an order sold."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from jono.jobs.models import Run
from jono.sandbox.drafts import Line, OrderDraft, Shipping, Tax
from jono.shopify.models import Shop
from tests.sync.conftest import Kahvila, company, kahvila, run_job, shop
from tests.sync.test_orders import AINO, REDUCED_VAT, VAT
from tools.messages import compile_all

__all__ = ["company", "kahvila", "shop"]

UNKNOWN_TAX = Tax(title="VAT 19%", rate=REDUCED_VAT.rate + VAT.rate)


@pytest.fixture(scope="session", autouse=True)
def compiled_messages() -> None:
    """The pages speak Finnish."""
    compile_all()


@pytest.fixture
def liisa(db: None) -> User:
    """Liisa, the administrator."""
    return User.objects.create_superuser("liisa", "liisa@nordic.example", "secret")


@pytest.fixture
def pages(liisa: User) -> Client:
    """A browser in which Liisa is signed in; it speaks English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(liisa)
    return client


@pytest.fixture
def browser_of(db: None) -> Callable[..., Client]:
    """Make a browser for Matti, who has just the permissions named."""

    def sign_in(*permissions: str) -> Client:
        matti = User.objects.create_user("matti")
        for permission in permissions:
            app, _dot, name = permission.partition(".")
            matti.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=name))
        client = Client(headers={"accept-language": "en"})
        client.force_login(matti)
        return client

    return sign_in


@pytest.fixture
def imported(shop: Shop, kahvila: Kahvila) -> Run:
    """A run that made a sales document of order #1001, and could not of #1002: its tax is unknown."""
    kahvila.place(
        OrderDraft(
            lines=(Line(sku="MUG", quantity=2), Line(sku="COFFEE|BEANS", taxes=(REDUCED_VAT,))),
            taxes=(VAT,),
            shipping=(Shipping(title="Posti", price=VAT.rate * 20),),
            customer=AINO,
            shipping_address=AINO.address,
        ),
        OrderDraft(lines=(Line(sku="BOOK", taxes=(UNKNOWN_TAX,)),)),
    )
    return run_job(30104, shop)
