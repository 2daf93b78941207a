"""One store on the line: sends an operation, waits for the bucket, tries again where that may help."""

import random
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop
from jono.kit.http import Answer, Http, UnreachableError
from jono.shopify.answers import (
    InDoubtError,
    NotSentError,
    RefusedError,
    StoreAnswer,
    ThrottledError,
    check_objections,
    read_answer,
)
from jono.shopify.calls import Call, Listener, hear_nothing
from jono.shopify.operations import Operation
from jono.shopify.schema import API_VERSION
from jono.shopify.throttle import Bucket, Pause, ThrottleStatus, local_bucket
from jono.shopify.tokens import FixedToken, Tokens

ATTEMPTS = 5
_LONGEST_PAUSE = 20.0

Data = Mapping[str, object]
Token = TypeVar("Token", str, str | None)
Found = Callable[[], Data | None]
"""Looks whether a change is in the store already: what its answer would have held, or None."""


class NotAllowedError(UserError):
    """The store may not be changed, or not now; nothing was sent."""


def allow_nothing() -> None:
    """Refuse to change anything: what a line does on which nobody said that it may."""
    raise NotAllowedError(gettext_noop("This connection only reads; no change is sent over it."))


class Connection:
    """A line to the store at `address`.

    `pause` is how to wait some seconds: a flow that can be stopped passes its own. `may_change` is asked before
    each change and raises NotAllowedError when none may be sent. `listener` hears of every call. Raises UserError for a
    token that cannot be one.
    """

    def __init__(
        self,
        address: str,
        token: str | Tokens,
        http: Http,
        *,
        bucket: Bucket | None = None,
        pause: Pause = time.sleep,
        may_change: Callable[[], None] = allow_nothing,
        listener: Listener = hear_nothing,
    ) -> None:
        self.address = address
        self.points_spent = 0
        self.times_throttled = 0
        self.told: ThrottleStatus | None = None
        self._http = http
        self._tokens = FixedToken(token) if isinstance(token, str) else token
        self._bucket = bucket or local_bucket(address)
        self._pause = pause
        self._may_change = may_change
        self._listener = listener
        self._met = False
        self._told_costs: dict[tuple[str, int], int] = {}

    def send(self, operation: Operation, variables: Data) -> Data:
        """Return the data that the store answers to a query.

        A full bucket, a busy store or a broken line is waited for and tried again, a few times; then RetryLater.
        For queries only: what changes the store must not be sent twice on a mere suspicion.
        """
        if operation.changes:
            raise ValueError(f"{operation.name} changes the store")
        attempt = 1
        while True:
            try:
                return self._once(operation, variables).required_data()
            except (RetryLater, UnreachableError) as error:
                self._pause(self._seconds_until_next(attempt, error))
            attempt += 1

    def change(self, operation: Operation, variables: Data, found: Found | None = None) -> Data:
        """Return the data that the store answers to a mutation it has carried out; RefusedError when it has not.

        What certainly was not carried out (no points, nobody met) is sent again. Where that is in doubt it is only
        if the operation is idempotent, or `found` finds that the change is not there; else InDoubtError.
        """
        attempt = 1
        while True:
            self._may_change()
            try:
                data = self._once(operation, variables).required_data()
                check_objections(data, self.address)
                return data
            except RefusedError as refused:
                if "IDEMPOTENCY_CONCURRENT_REQUEST" not in refused.codes:
                    raise
                self._pause(
                    self._seconds_until_next(attempt, RetryLater(now(), refused.message, **refused.values))
                )
            except (NotSentError, UnreachableError) as error:
                self._pause(self._seconds_until_next(attempt, error))
            except RetryLater as doubt:
                if not operation.is_idempotent and found is None:
                    raise self._doubt(operation) from doubt
                self._pause(self._seconds_until_next(attempt, doubt))
                if found and (there := found()) is not None:
                    return there
            attempt += 1

    def cost_of(self, operation: Operation, variables: Data) -> int:
        """Return what an operation asks for with these variables: as the store has told, else by the formula."""
        asks = operation.cost_with(variables)
        return max(asks, self._told_costs.get((operation.name, asks), 0))

    def _once(self, operation: Operation, variables: Data) -> StoreAnswer:
        asks = operation.cost_with(variables)
        with self._bucket.lease(self.cost_of(operation, variables), self._pause) as lease:
            answer = self._post(operation, variables)
            if answer.status:
                lease.charged, lease.told = answer.points, answer.status
                self.told = answer.status
        self.points_spent += answer.points
        self.times_throttled += isinstance(answer.refusal, ThrottledError)
        if answer.requested:
            self._told_costs[operation.name, asks] = answer.requested
        return answer

    def _post(self, operation: Operation, variables: Data) -> StoreAnswer:
        call = Call(self.address, operation, variables)
        try:
            answer = self._signed_in(call)
            read = read_answer(answer, self.address)
            call.end(answer, read)
        except Exception as error:
            call.fail(error)
            raise
        finally:
            self._listener(call)
        self._met = True
        return read

    def _signed_in(self, call: Call) -> Answer:
        """Send a call; once more with a new token where the store does not take the present one any longer."""
        token = _signing_in(self._tokens.current)
        answer = self._send(call, token)
        if answer.status == 401 and (fresh := _signing_in(lambda: self._tokens.renewed(token))):
            answer = self._send(call, fresh)
        return answer

    def _send(self, call: Call, token: str) -> Answer:
        return self._http.post(
            f"/admin/api/{API_VERSION}/graphql.json",
            {
                "query": call.operation.text,
                "operationName": call.operation.name,
                "variables": dict(call.variables),
            },
            headers={"X-Shopify-Access-Token": token},
        )

    def _doubt(self, operation: Operation) -> InDoubtError:
        return InDoubtError(
            gettext_noop(
                "%(address)s did not answer whether it has carried out %(operation)s. See in the store whether it "
                "has, before you try again."
            ),
            address=self.address,
            operation=operation.name,
        )

    def _seconds_until_next(self, attempt: int, error: RetryLater | UnreachableError) -> float:
        """The pause before the next attempt, longer each time and never in step with others, if one is left.

        A store that was there a moment ago and cannot be met now is away, not wrongly addressed.
        """
        if isinstance(error, UnreachableError):
            if not self._met:
                raise error
            error = NotSentError(now(), error.message, **error.values)
        asked = (error.at - now()).total_seconds()
        if attempt == ATTEMPTS or asked > _LONGEST_PAUSE:
            put_off = NotSentError if isinstance(error, NotSentError) else RetryLater
            raise put_off(max(error.at, now() + timedelta(minutes=1)), error.why, **error.values) from error
        grown = min(_LONGEST_PAUSE, 0.5 * 2.0**attempt)
        return max(asked, grown * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries, guards nothing


def _signing_in(get: Callable[[], Token]) -> Token:
    """Get a token; who is put off meanwhile has sent nothing, or nothing that was let in."""
    try:
        return get()
    except RetryLater as later:
        raise NotSentError(later.at, later.why, **later.values) from later
