"""Which addresses are a store's, and which only look like one."""

import pytest

from jono.kit.errors import UserError
from jono.shopify.address import store_address


@pytest.mark.parametrize(
    "entered",
    [
        "https://kahvila.myshopify.com",
        "http://kahvila.myshopify.com/admin",
        "kahvila.myshopify.com",
        " KAHVILA.myshopify.com/ ",
        "https://kahvila.myshopify.com:443/admin/orders?query=a#b",
        "https://admin.shopify.com/store/kahvila",
        "admin.shopify.com/store/kahvila/orders/5500000001",
    ],
)
def test_what_people_paste_is_understood(entered: str) -> None:
    assert store_address(entered) == "https://kahvila.myshopify.com"


@pytest.mark.parametrize(
    "entered",
    [
        "",
        "kahvila",
        "https://www.kahvila.fi",
        "https://myshopify.com",
        "https://kahvila.myshopify.com.evil.example",
        "https://evil.example/kahvila.myshopify.com",
        "https://kahvila.myshopify.com@evil.example",
        "https://user:word@kahvila.myshopify.com",
        "https://kahvila.myshopify.com:8443",
        "https://kahvila.myshopify.com:port",
        "https://-kahvila.myshopify.com",
        "https://kahvila.shop.myshopify.com",
        "https://[kahvila.myshopify.com",
        "ftp://kahvila.myshopify.com",
        "https://admin.shopify.com/store/",
        "https://admin.shopify.com/settings/kahvila",
        "https://admin.shopify.com/store/kahvila@evil",
        "http://127.0.0.1:8001",
    ],
)
def test_no_other_address_gets_the_token(entered: str) -> None:
    with pytest.raises(UserError, match="is not the address of a Shopify store"):
        store_address(entered)


def test_a_sandbox_store_is_called_only_where_it_is_allowed() -> None:
    assert store_address("http://127.0.0.1:8001/", sandbox_allowed=True) == "http://127.0.0.1:8001"
    for entered in (
        "http://localhost:8001",
        "http://127.0.0.1",
        "http://127.0.0.1:8001.evil.example",
        "http://10.0.0.1:80",
    ):
        with pytest.raises(UserError):
            store_address(entered, sandbox_allowed=True)
