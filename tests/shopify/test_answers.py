"""What a store's answers mean: data, or words that say what to do."""

import json
from datetime import timedelta

import pytest

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from jono.kit.http import Answer
from jono.shopify.answers import StoreAnswer, TooExpensiveError, read_answer

ADDRESS = "https://kahvila.myshopify.com"
COST = {
    "requestedQueryCost": 552,
    "actualQueryCost": 40,
    "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1448, "restoreRate": 100.0},
}


def read(body: object, status: int = 200, **headers: str) -> StoreAnswer:
    return read_answer(Answer(status, headers, json.dumps(body).encode()), ADDRESS)


def refused(code: str, message: str = "No.", **extensions: object) -> dict[str, object]:
    return {"errors": [{"message": message, "extensions": {"code": code, **extensions}}]}


def test_an_answer_tells_its_data_its_cost_and_the_bucket() -> None:
    answer = read({"data": {"shop": {"name": "Kahvila"}}, "extensions": {"cost": COST}})
    assert answer.required_data() == {"shop": {"name": "Kahvila"}}
    assert (answer.requested, answer.points) == (552, 40)
    assert answer.status and (answer.status.maximum, answer.status.available, answer.status.restore_rate) == (
        2000,
        1448,
        100,
    )


@pytest.mark.parametrize("status", [200, 429])
def test_a_throttled_query_is_for_later_whatever_its_status(status: int) -> None:
    body = {**refused("THROTTLED", "Throttled"), "extensions": {"cost": {**COST, "actualQueryCost": None}}}
    answer = read(body, status)
    with pytest.raises(RetryLater, match=r"no query points left|busy"):
        answer.required_data()
    assert answer.status and answer.status.available == 1448


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_store_is_for_later(status: int) -> None:
    with pytest.raises(RetryLater, match="busy or out of order"):
        read_answer(Answer(status, {}, b"<html>"), ADDRESS).required_data()


def test_a_store_may_say_how_long_to_wait_but_not_forever() -> None:
    for asked, most in (("7", 7), ("86400", 60), ("soon", 1)):
        error = read({}, 429, **{"retry-after": asked}).refusal
        assert isinstance(error, RetryLater)
        assert error.at - now() <= timedelta(seconds=most)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept the access token"),
        (402, "frozen"),
        (403, "refuses this app"),
        (404, "There is no store at"),
        (423, "locked"),
        (301, "HTTP 301"),
    ],
)
def test_other_statuses_say_what_to_do(status: int, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read({"errors": "[API] Not today"}, status).required_data()


def test_a_denied_field_names_the_scope() -> None:
    error = {
        "message": "Access denied for customer field.",
        "path": ["orders", "nodes", 0, "customer"],
        "extensions": {"code": "ACCESS_DENIED", "requiredAccess": "`read_customers` access scope."},
    }
    with pytest.raises(UserError) as told:
        read({"data": {"orders": None}, "errors": [error]}).required_data()
    assert "orders.nodes.customer" in str(told.value)
    assert "It needs: read_customers access scope. Grant that" in str(told.value)


def test_a_query_that_is_too_expensive_can_be_told_from_others() -> None:
    with pytest.raises(TooExpensiveError):
        read(refused("MAX_COST_EXCEEDED", "Query cost is 2003")).required_data()


def test_errors_beside_data_are_errors() -> None:
    body = {
        "data": {"order": None},
        "errors": [{"message": "Bad."}, {"message": "Bad."}, {"message": "Worse."}],
    }
    with pytest.raises(UserError, match=r"refused a query: Bad.; Worse."):
        read(body).required_data()


@pytest.mark.parametrize("code", ["INTERNAL_SERVER_ERROR", "TIMEOUT"])
def test_a_store_that_stumbled_is_for_later(code: str) -> None:
    with pytest.raises(RetryLater):
        read(refused(code)).required_data()


def test_a_search_that_was_not_understood_is_an_error_though_it_answers_everything() -> None:
    search = [
        {
            "path": ["orders"],
            "query": "updatet_at:>1",
            "warnings": [{"field": "updatet_at", "message": "Invalid."}],
        }
    ]
    with pytest.raises(UserError, match=r"did not understand the search “updatet_at:>1”: Invalid\."):
        read({"data": {"orders": {}}, "extensions": {"search": search}}).required_data()


@pytest.mark.parametrize("content", [b"<html>hello</html>", b"[]", b"\xff"])
def test_whoever_answers_something_else_is_no_store(content: bytes) -> None:
    with pytest.raises(UserError, match="did not answer as a Shopify store does"):
        read_answer(Answer(200, {}, content), ADDRESS).required_data()
