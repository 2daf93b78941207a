"""Addresses of pages: what leads nowhere says so."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/job-queue-entries/new", "/job-queue-entries/99", "/shopify-orders/first"]
)
def test_an_address_of_no_record_is_not_found(pages: Client, address: str) -> None:
    assert pages.get(address).status_code == 404
