"""Sending an operation: when it is sent again, how long it waits, when it gives up."""

import json
from collections.abc import Mapping

import pytest

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from jono.kit.http import Answer, Http, UnreachableError
from jono.shopify.connection import ATTEMPTS, Connection
from jono.shopify.operations import Operation
from jono.shopify.throttle import LocalBucket
from tests.stores import Clock

OPERATION = Operation("Shop", "query Shop{shop{name}}", cost=4)
GOOD = Answer(
    200, {}, b'{"data": {"shop": {"name": "Kahvila"}}, "extensions": {"cost": {"actualQueryCost": 3}}}'
)
BUSY = Answer(503, {}, b"")


class Line(Http):
    """A line that answers what it was told to."""

    def __init__(self, *answers: Answer | Exception) -> None:
        super().__init__("https://kahvila.myshopify.com")
        self.answers = list(answers)
        self.sent: list[Mapping[str, str]] = []

    def post(self, path: str, content: object, headers: Mapping[str, str] | None = None) -> Answer:
        self.sent.append(headers or {})
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def connect(line: Line, clock: Clock | None = None) -> Connection:
    return Connection(
        line.origin, " shpat_1 ", line, bucket=LocalBucket(lambda: 0.0), pause=(clock or Clock()).wait
    )


def throttled(available: int) -> Answer:
    status = {"maximumAvailable": 2000, "currentlyAvailable": available, "restoreRate": 100}
    cost = {"requestedQueryCost": 500, "actualQueryCost": None, "throttleStatus": status}
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    return Answer(200, {}, json.dumps({"errors": [error], "extensions": {"cost": cost}}).encode())


def test_an_answer_is_the_data_and_its_points_are_counted() -> None:
    line = Line(GOOD, GOOD)
    connection = connect(line)
    assert connection.send(OPERATION, {}) == {"shop": {"name": "Kahvila"}}
    connection.send(OPERATION, {})
    assert connection.points_spent == 6
    assert line.sent[0] == {"X-Shopify-Access-Token": "shpat_1"}


def test_a_busy_store_is_asked_again_each_time_later() -> None:
    clock = Clock()
    connect(Line(BUSY, BUSY, BUSY, GOOD), clock).send(OPERATION, {})
    # At least the second that the store is given, at most twice as long each time.
    assert all(0.9 < pause <= most for pause, most in zip(clock.pauses, (1, 2, 4), strict=True))


def test_patience_ends_and_the_work_is_for_later() -> None:
    line = Line(*[BUSY] * ATTEMPTS)
    with pytest.raises(RetryLater) as told:
        connect(line).send(OPERATION, {})
    assert line.answers == []
    assert (told.value.at - now()).total_seconds() > 50


def test_a_store_that_asks_for_a_long_rest_is_left_alone_at_once() -> None:
    line = Line(Answer(429, {"retry-after": "45"}, b""))
    with pytest.raises(RetryLater):
        connect(line).send(OPERATION, {})


def test_a_throttled_query_waits_for_what_the_store_says_it_costs() -> None:
    clock = Clock()
    connect(Line(throttled(100), GOOD), clock).send(OPERATION, {})
    back_off, bucket = clock.pauses
    assert 0.9 < back_off <= 1
    assert bucket == (500 - 100) / 100


def test_an_address_where_nobody_is_met_is_told_at_once() -> None:
    with pytest.raises(UnreachableError):
        connect(Line(UnreachableError("Nobody at %(address)s.", address="a"))).send(OPERATION, {})


def test_a_store_that_was_there_a_moment_ago_is_tried_again() -> None:
    away = UnreachableError("Nobody at %(address)s.", address="a")
    connection = connect(Line(GOOD, away, GOOD))
    connection.send(OPERATION, {})
    assert connection.send(OPERATION, {})
    connection = connect(Line(GOOD, *[away] * ATTEMPTS))
    connection.send(OPERATION, {})
    with pytest.raises(RetryLater, match="Nobody at a"):
        connection.send(OPERATION, {})


def test_what_a_person_must_mend_is_not_tried_again() -> None:
    line = Line(Answer(401, {}, b"{}"), GOOD)
    with pytest.raises(UserError, match="access token"):
        connect(line).send(OPERATION, {})
    assert line.answers == [GOOD]


def test_points_of_a_query_that_failed_are_given_back_to_the_others() -> None:
    bucket = LocalBucket(lambda: 0.0)
    line = Line(UserError("Broken."))
    with pytest.raises(UserError):
        Connection(line.origin, "t", line, bucket=bucket).send(OPERATION, {})
    clock = Clock()
    with bucket.lease(1000, clock.wait):
        assert clock.seconds == 0


@pytest.mark.parametrize("token", ["", "  ", "two words", "törkeä", "a\nb", "a\x00"])
def test_a_token_that_cannot_be_one_is_told_before_it_is_sent(token: str) -> None:
    line = Line()
    with pytest.raises(UserError, match="no access token"):
        Connection(line.origin, token, line)
