"""Carries out a mutation under the store's rules: scopes, array sizes, idempotency, all or nothing, user errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from jono.sandbox import access, idempotency, refusals
from jono.sandbox.asking import Asking
from jono.sandbox.faults import FaultKind
from jono.sandbox.idempotency import IdempotencyError
from jono.sandbox.mutations.inputs import check_inputs
from jono.sandbox.versions import IDEMPOTENCY_REQUIRED

Arguments = dict[str, Any]
Payload = dict[str, Any]
Mutation = Callable[[Asking, Arguments], Payload]


@dataclass(frozen=True)
class Refusal:
    """One user error: where in the input, what is wrong, and its code if the payload has codes."""

    field: tuple[str, ...] | None
    message: str
    code: str | None = None

    def told(self) -> dict[str, Any]:
        """Return it as an answer tells it."""
        return {"field": self.field and list(self.field), "message": self.message, "code": self.code}


class RefusedError(Exception):
    """The mutation is refused: nothing was done."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(each.message for each in refusals))
        self.refusals = refusals


def refuse(field: Sequence[object] | None, message: str, code: str | None = None) -> RefusedError:
    """Return the refusal of one thing in the input."""
    path = None if field is None else tuple(map(str, field))
    return RefusedError(Refusal(path, message, code))


def resolver(name: str, declared: GraphQLField, mutation: Mutation) -> Callable[..., Payload]:
    """Return what answers a mutation's field."""
    kind = get_named_type(declared.type)
    assert isinstance(kind, GraphQLObjectType)  # noqa: S101 - so is every payload
    scopes = access.scopes_of("Mutation", name, kind.name)

    def resolve(_source: None, info: GraphQLResolveInfo, **arguments: Any) -> Payload:
        asking: Asking = info.context
        access.check(name, scopes, asking.granted)
        check_inputs(name, declared, arguments)
        try:
            done = _once(asking, info, name, mutation, arguments)
        except RefusedError as error:
            return _payload(kind, {}, error.refusals)
        except IdempotencyError as error:
            return _payload(kind, {}, [Refusal(None, str(error), error.code)])
        return _payload(kind, done, [])

    return resolve


def _once(
    asking: Asking, info: GraphQLResolveInfo, name: str, mutation: Mutation, arguments: Arguments
) -> Payload:
    """Carry a mutation out, or recall what its idempotency key had it do before."""
    field, state = info.field_nodes[0], asking.state
    key = idempotency.key_of(field, asking.variables)
    if key and name not in idempotency.REQUIRED:
        raise refusals.idempotency_unsupported()
    if key is None:
        if name in idempotency.REQUIRED and asking.version >= IDEMPOTENCY_REQUIRED:
            raise refusals.no_idempotency_key()
        return _carried_out(asking, name, mutation, arguments)
    if key in asking.held:
        raise idempotency.concurrent()
    recalled = idempotency.recall(state, key, field, asking.variables)
    if recalled is not None:
        return recalled
    try:
        payload = _carried_out(asking, name, mutation, arguments)
    except RefusedError:
        idempotency.remember(state, key, field, asking.variables, None)
        raise
    idempotency.remember(state, key, field, asking.variables, payload)
    return payload


def _carried_out(asking: Asking, name: str, mutation: Mutation, arguments: Arguments) -> Payload:
    if asking.faults.take(FaultKind.HALF_FAIL, f"{name} {asking.text}"):
        with asking.state.writing():
            mutation(asking, _half(arguments))
        raise refusals.internal_error()
    with asking.state.writing():
        return mutation(asking, arguments)


def _half(arguments: Arguments) -> Arguments:
    """The arguments with the first half of their longest list."""
    lists = [(len(value), path) for path, value in _lists(arguments, ())]
    if not lists:
        return arguments
    longest = max(lists)[1]
    return dict(_cut(arguments, longest))


def _lists(value: object, path: tuple[object, ...]) -> list[tuple[tuple[object, ...], list[Any]]]:
    found: list[tuple[tuple[object, ...], list[Any]]] = []
    if isinstance(value, list) and len(value) > 1:
        found.append((path, value))
    elif isinstance(value, dict):
        for name, each in value.items():
            found += _lists(each, (*path, name))
    return found


def _cut(value: Any, path: tuple[object, ...]) -> Any:
    if not path:
        return value[: len(value) // 2]
    return {name: _cut(each, path[1:]) if name == path[0] else each for name, each in value.items()}


def _payload(kind: GraphQLObjectType, done: Payload, refused: Sequence[Refusal]) -> Payload:
    """The payload with every field of its type: lists of errors are never missing."""
    errors = [each.told() for each in refused]
    empty: Payload = {}
    for name, declared in kind.fields.items():
        told = name.endswith("serErrors") and is_list_type(get_nullable_type(declared.type))
        empty[name] = errors if told else None
    return empty | done
