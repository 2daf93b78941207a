"""A call to a store as its listener hears of it: what was asked, what came back, how long it took."""

import time
from collections.abc import Callable, Mapping

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError
from jono.kit.http import Answer
from jono.shopify.answers import StoreAnswer
from jono.shopify.operations import Operation
from jono.shopify.schema import API_VERSION


class Call:
    """One request; of its end either `answer` and `read` are known, or `error`."""

    def __init__(self, address: str, operation: Operation, variables: Mapping[str, object]) -> None:
        self.address = address
        self.operation = operation
        self.variables = variables
        self.began_at = now()
        self.seconds = 0.0
        self.answer: Answer | None = None
        self.read: StoreAnswer | None = None
        self.error: Exception | None = None
        self._began = time.monotonic()

    def end(self, answer: Answer, read: StoreAnswer) -> None:
        """Note what came back."""
        self.answer, self.read = answer, read
        self.seconds = time.monotonic() - self._began

    def fail(self, error: Exception) -> None:
        """Note what came instead of an answer."""
        self.error = error
        self.seconds = time.monotonic() - self._began

    @property
    def refusal(self) -> UserError | RetryLater | Exception | None:
        """What stands in the way of the data, if anything does."""
        return self.error or (self.read.refusal if self.read else None)

    @property
    def version(self) -> str:
        """The API version that answered; a retired one is answered by the oldest that lives."""
        return self.answer.headers.get("x-shopify-api-version", API_VERSION) if self.answer else API_VERSION


Listener = Callable[[Call], None]


def hear_nothing(_call: Call) -> None:
    """Take no notice."""
