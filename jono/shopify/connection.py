"""One store on the line: sends an operation, waits for the bucket, tries again where that may help."""

import logging
import random
import time
from collections.abc import Mapping
from datetime import timedelta

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop
from jono.kit.http import Http, UnreachableError
from jono.shopify.answers import StoreAnswer, ThrottledError, read_answer
from jono.shopify.operations import Operation
from jono.shopify.schema import API_VERSION
from jono.shopify.throttle import Bucket, Pause, local_bucket

ATTEMPTS = 5
_LONGEST_PAUSE = 20.0

logger = logging.getLogger(__name__)


class Connection:
    """A line to the store at `address`, for one token.

    `pause` is how to wait some seconds: a flow that can be stopped passes its own. Raises UserError for a token
    that cannot be one.
    """

    def __init__(
        self,
        address: str,
        token: str,
        http: Http,
        *,
        bucket: Bucket | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        self.address = address
        self.points_spent = 0
        self.times_throttled = 0
        self._http = http
        self._token = _checked(token)
        self._bucket = bucket or local_bucket(address)
        self._pause = pause
        self._met = False
        self._told_costs: dict[tuple[str, int], int] = {}

    def send(self, operation: Operation, variables: Mapping[str, object]) -> Mapping[str, object]:
        """Return the data that the store answers to a query.

        A full bucket, a busy store or a broken line is waited for and tried again, a few times; then RetryLater.
        For queries only: what changes the store must not be sent twice on a mere suspicion.
        """
        attempt = 1
        while True:
            try:
                return self._once(operation, variables).required_data()
            except (RetryLater, UnreachableError) as error:
                self._pause(self._seconds_until_next(attempt, error))
            attempt += 1

    def _once(self, operation: Operation, variables: Mapping[str, object]) -> StoreAnswer:
        asks = operation.cost_with(variables)
        cost = max(asks, self._told_costs.get((operation.name, asks), 0))
        with self._bucket.lease(cost, self._pause) as lease:
            answer = self._post(operation, variables)
            if answer.status:
                lease.charged, lease.told = answer.points, answer.status
        self.points_spent += answer.points
        self.times_throttled += isinstance(answer.refusal, ThrottledError)
        if answer.requested:
            self._told_costs[operation.name, asks] = answer.requested
        return answer

    def _post(self, operation: Operation, variables: Mapping[str, object]) -> StoreAnswer:
        answer = self._http.post(
            f"/admin/api/{API_VERSION}/graphql.json",
            {"query": operation.text, "operationName": operation.name, "variables": dict(variables)},
            headers={"X-Shopify-Access-Token": self._token},
        )
        self._met = True
        served = answer.headers.get("x-shopify-api-version", API_VERSION)
        if served != API_VERSION:
            logger.warning("%s answered as API version %s, asked for %s.", self.address, served, API_VERSION)
        return read_answer(answer, self.address)

    def _seconds_until_next(self, attempt: int, error: RetryLater | UnreachableError) -> float:
        """The pause before the next attempt, longer each time and never in step with others, if one is left.

        A store that was there a moment ago and cannot be met now is away, not wrongly addressed.
        """
        if isinstance(error, UnreachableError):
            if not self._met:
                raise error
            error = RetryLater(now(), error.message, **error.values)
        asked = (error.at - now()).total_seconds()
        if attempt == ATTEMPTS or asked > _LONGEST_PAUSE:
            raise RetryLater(
                max(error.at, now() + timedelta(minutes=1)), error.why, **error.values
            ) from error
        grown = min(_LONGEST_PAUSE, 0.5 * 2.0**attempt)
        return max(asked, grown * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries, guards nothing


def _checked(token: str) -> str:
    """A token is a word of plain letters; anything else would break the header that carries it."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise UserError(
            gettext_noop("This is no access token of a Shopify app. Copy it from the app's page anew.")
        )
    return token
