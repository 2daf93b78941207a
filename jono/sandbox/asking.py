"""One request being answered: what its resolvers and mutations may ask of the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import GraphQLSchema

from jono.sandbox.access import granted_to_app
from jono.sandbox.faults import Faults
from jono.sandbox.paging import Window
from jono.sandbox.state import State
from jono.shopify.schema import API_VERSION


@dataclass
class Asking:
    """A request: the store's records, how it was sent, and what the answer's extensions will say of its searches.

    `held` are idempotency keys that another request holds. `bulk` is set while a bulk operation reads: its window on
    the root connection, and in `bulk_next` where to go on; the connections below are then read whole.
    """

    state: State
    variables: Mapping[str, Any] = field(default_factory=dict)
    version: str = API_VERSION
    address: str = "http://127.0.0.1"
    faults: Faults = field(default_factory=Faults)
    held: frozenset[str] = frozenset()
    bulk: Window | None = None
    bulk_next: tuple[int, Any] | None = None
    searches: list[dict[str, object]] = field(default_factory=list)
    text: str = ""
    schema: GraphQLSchema | None = None

    @property
    def served(self) -> GraphQLSchema:
        """The schema that is served."""
        if self.schema is None:
            raise RuntimeError("This request was given no schema.")
        return self.schema

    @cached_property
    def granted(self) -> frozenset[str]:
        """The scopes granted to the app."""
        return granted_to_app(self.state)
