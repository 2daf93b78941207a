"""Ways for tests to talk to a sandbox store: in this process, and over HTTP as any program could."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from jono.sandbox.answering import Desk, Request, answer
from jono.sandbox.background import work
from jono.sandbox.bucket import CostBucket
from jono.sandbox.state import State
from jono.shopify.schema import API_VERSION
from tests.stores import BOUNDLESS, TOKEN

GRAPHQL = f"/admin/api/{API_VERSION}/graphql.json"


class Asker:
    """Asks a store in this process; `data` insists on an answer without errors."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.desk = Desk(state, CostBucket(BOUNDLESS))

    def __call__(self, query: str, /, version: str = API_VERSION, **variables: Any) -> dict[str, Any]:
        return answer(self.desk, Request(query, variables, version=version, address="http://127.0.0.1:1"))

    def data(self, query: str, /, **variables: Any) -> Any:
        answered = self(query, **variables)
        assert "errors" not in answered, answered["errors"]
        [value] = answered["data"].values()
        return value

    def work(self) -> None:
        """Let the store do what it does after it has answered."""
        work(self.desk)

    def refused(self, query: str, /, **variables: Any) -> list[Any]:
        """The user errors of a mutation, as (code, message) or the message alone."""
        payload = self.data(query, **variables)
        errors = next(value for name, value in payload.items() if name.endswith("serErrors"))
        return [(each["code"], each["message"]) if "code" in each else each["message"] for each in errors]


class Caller:
    """Calls a served store, as any program on this machine could."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.host = urlsplit(address).netloc
        self.headers: dict[str, str] = {}

    def raw(
        self, method: str, path: str, content: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        line = HTTPConnection(self.host, timeout=10)
        body = content if isinstance(content, bytes) else json.dumps(content)
        try:
            line.request(method, path, body, {"Connection": "close", **(headers or {})})
            response = line.getresponse()
            self.headers = dict(response.getheaders())
            return response.status, response.read()
        finally:
            line.close()

    def __call__(
        self, method: str, path: str, content: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        status, body = self.raw(method, path, content, headers)
        return status, json.loads(body)

    def graphql(self, content: object, token: str = TOKEN, path: str = GRAPHQL) -> tuple[int, Any]:
        return self("POST", path, content, {"X-Shopify-Access-Token": token})

    def data(self, query: str, /, **variables: Any) -> Any:
        """The one root field that a query without errors answers."""
        _, body = self.graphql({"query": query, "variables": variables})
        assert "errors" not in body, body["errors"]
        [value] = body["data"].values()
        return value
