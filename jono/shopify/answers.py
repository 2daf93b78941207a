"""What a store's answer means: the data asked for, or an error in words that say what to do.

Shopify answers most failures with status 200 and a list of errors, and a search it did not understand with
everything it has and a warning: neither may pass for an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from jono.kit.clock import now
from jono.kit.errors import RetryLater, UserError, gettext_noop
from jono.kit.http import Answer
from jono.shopify.throttle import ThrottleStatus


class TooExpensiveError(UserError):
    """A query asked for more than a single one may: it can be sent in smaller parts."""


class NotSentError(RetryLater):
    """Put off before the store has done anything: it can be sent again without a second thought."""


class ThrottledError(NotSentError):
    """The bucket holds too few points for a query."""


class RefusedError(UserError):
    """A change that the store refused (its userErrors); `codes` as the store writes them."""

    codes: frozenset[str] = frozenset()


class InDoubtError(UserError):
    """A change of which nobody knows whether it was made, and which may not be sent twice."""


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Error(_Part):
    message: str
    path: list[str | int] = []
    extensions: dict[str, object] = {}

    @property
    def code(self) -> str:
        return str(self.extensions.get("code", ""))


class _Status(_Part):
    maximum_available: float
    currently_available: float
    restore_rate: float


class _Cost(_Part):
    requested_query_cost: int | None = None
    actual_query_cost: int | None = None
    throttle_status: _Status | None = None


class _Warning(_Part):
    field: str | None = None
    message: str


class _Search(_Part):
    query: str = ""
    warnings: list[_Warning] = []


class _Extensions(_Part):
    cost: _Cost = Field(default_factory=_Cost)
    search: list[_Search] = []


class _Body(_Part):
    data: dict[str, object] | None = None
    errors: list[_Error] | str | dict[str, object] = []
    extensions: _Extensions = Field(default_factory=_Extensions)


@dataclass(frozen=True)
class StoreAnswer:
    """One answer of a store: what the query asked for and was charged, the bucket, and the data or a refusal."""

    requested: int | None
    points: int
    status: ThrottleStatus | None
    data: Mapping[str, object] | None
    refusal: UserError | RetryLater | None

    def required_data(self) -> Mapping[str, object]:
        """Return the data, or raise what stands in its way."""
        if self.refusal:
            raise self.refusal
        return self.data or {}


def read_answer(answer: Answer, address: str) -> StoreAnswer:
    """Return what the HTTP `answer` of the store at `address` means."""
    refused = _refused_status(answer, address)
    try:
        body = _Body.model_validate(answer.json())
    except (ValueError, ValidationError):
        body = None
    if body is None:
        return StoreAnswer(None, 0, None, None, refused or _not_a_store(address))
    cost, told = body.extensions.cost, body.extensions.cost.throttle_status
    status = (
        ThrottleStatus(told.maximum_available, told.currently_available, told.restore_rate) if told else None
    )
    return StoreAnswer(
        requested=cost.requested_query_cost,
        points=cost.actual_query_cost or 0,
        status=status,
        data=body.data,
        refusal=refused or _refused(body, address) or _misread_search(body),
    )


class _Objection(_Part):
    field: list[str] | None = None
    message: str
    code: str | None = None


def check_objections(data: Mapping[str, object], address: str) -> None:
    """Raise RefusedError when the answer to a mutation holds userErrors, of whatever name."""
    for name, payload in data.items():
        found = [
            _Objection.model_validate(each)
            for key, listed in (payload.items() if isinstance(payload, dict) else ())
            if key.endswith(("userErrors", "UserErrors"))
            for each in listed
        ]
        if found:
            raise _objected(name, found, address)


def _objected(mutation: str, found: list[_Objection], address: str) -> RefusedError:
    told = "; ".join(
        f"{'.'.join(each.field)}: {each.message}" if each.field else each.message for each in found
    )
    error = RefusedError(
        gettext_noop("%(address)s refused the change %(mutation)s. %(told)s"),
        address=address,
        mutation=mutation,
        told=told,
    )
    error.codes = frozenset(each.code for each in found if each.code)
    return error


def _refused_status(answer: Answer, address: str) -> UserError | RetryLater | None:
    """What an HTTP status other than 200 says by itself."""
    status = answer.status
    if status == 200:
        return None
    if status == 429 or status >= 500:
        why = gettext_noop("%(address)s is busy or out of order (HTTP %(status)s).")
        later = _later(why, answer.headers.get("retry-after"), address=address, status=status)
        return ThrottledError(later.at, why, **later.values) if status == 429 else later
    return UserError(_STATUSES.get(status, _OTHER_STATUS), address=address, status=status)


_STATUSES = {
    401: gettext_noop(
        "%(address)s does not accept the access token. Enter the Admin API access token of the store's app anew."
    ),
    402: gettext_noop("The store %(address)s is frozen for an unpaid bill. Its owner can open it again."),
    403: gettext_noop(
        "%(address)s refuses this app. See in the store's admin that the app is installed and enter its token anew."
    ),
    404: gettext_noop("There is no store at %(address)s. Check the address."),
    423: gettext_noop("The store %(address)s is locked. Its owner must ask Shopify to open it."),
}
_OTHER_STATUS = gettext_noop("%(address)s answered with HTTP %(status)s. Check the store's address.")


def _refused(body: _Body, address: str) -> UserError | RetryLater | None:
    """What the errors in a body say, the one that stands for all of them first."""
    if not body.errors:
        return None
    errors = body.errors if isinstance(body.errors, list) else [_Error(message=str(body.errors))]
    by_code = {error.code: error for error in reversed(errors)}
    if "THROTTLED" in by_code:
        why = gettext_noop("%(address)s has no query points left for now.")
        return ThrottledError(now() + timedelta(seconds=1), why, address=address)
    if by_code.keys() & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        return _later(gettext_noop("%(address)s is busy or out of order."), None, address=address)
    if denied := by_code.get("ACCESS_DENIED"):
        return _denied(denied, address)
    message = "; ".join(dict.fromkeys(error.message for error in errors))
    if "MAX_COST_EXCEEDED" in by_code:
        return TooExpensiveError(
            gettext_noop("The store found a query too expensive: %(message)s"), message=message
        )
    return UserError(gettext_noop("The store refused a query: %(message)s"), message=message)


def _denied(error: _Error, address: str) -> UserError:
    required = str(error.extensions.get("requiredAccess") or error.message)
    return UserError(
        gettext_noop(
            "The app may not read %(field)s of %(address)s. It needs: %(required)s Grant that in the app's "
            "settings, install the app again, and enter its new token."
        ),
        field=".".join(str(step) for step in error.path if isinstance(step, str)) or "-",
        address=address,
        required=required.replace("`", ""),
    )


def _misread_search(body: _Body) -> UserError | None:
    for search in body.extensions.search:
        for warning in search.warnings:
            return UserError(
                gettext_noop(
                    "The store did not understand the search “%(query)s”: %(warning)s "
                    "It answered with everything; nothing of that was used."
                ),
                query=search.query,
                warning=warning.message,
            )
    return None


def _not_a_store(address: str) -> UserError:
    return UserError(
        gettext_noop("%(address)s did not answer as a Shopify store does. Check the address."),
        address=address,
    )


def _later(why: str, seconds: str | None, **values: str | int) -> RetryLater:
    """RetryLater after as many seconds as the store asks for, at least one, at most a minute."""
    try:
        wait = min(60.0, max(1.0, float(seconds or 1)))
    except ValueError:
        wait = 1.0
    return RetryLater(now() + timedelta(seconds=wait), why, **values)
