"""Each request has a number, in its answer and in its log line."""

import logging

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_each_answer_carries_a_number_of_its_own(client: Client) -> None:
    first, second = (client.get("/sign-in").headers["X-Request-ID"] for _ in range(2))
    assert first != second


def test_a_proxys_number_is_taken_over_when_it_is_fit_to_log(client: Client) -> None:
    assert (
        client.get("/sign-in", headers={"X-Request-ID": "proxy-0001"}).headers["X-Request-ID"] == "proxy-0001"
    )
    odd = 'x"}\n{"level":"info'
    assert client.get("/sign-in", headers={"X-Request-ID": odd}).headers["X-Request-ID"] != odd


def test_a_request_is_logged_without_its_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "jono.web.request_log"):
        client.get("/sign-in?q=aino")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "jono.web.request_log"]
    assert line.startswith("GET /sign-in: 200 in ")
