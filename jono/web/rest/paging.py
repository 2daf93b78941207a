"""Lists a page at a time, by key: what is added or goes meanwhile makes no page repeat or miss a row."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja.errors import ValidationError
from pydantic import BaseModel

from jono.web.rest.finding import Paging

Document = TypeVar("Document", bound=BaseModel)


class Page(BaseModel, Generic[Document]):
    """A page of a list, and the address of the next; null when this is the last."""

    items: list[Document]
    next: str | None


def page_of(
    request: HttpRequest,
    query: Paging,
    rows: QuerySet[Any],
    document: Callable[[Any], Document],
    *,
    newest_first: bool = True,
) -> Page[Document]:
    """Return the page of rows that was asked for, by their numbers; refuse a filter that there is not."""
    unknown = sorted(set(request.GET) - set(type(query).model_fields))
    if unknown:
        raise ValidationError(
            [{"type": "extra_forbidden", "loc": ("query", name), "msg": ""} for name in unknown]
        )
    if query.after is not None:
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": query.after})
    found = list(rows.order_by("-pk" if newest_first else "pk")[: query.limit + 1])
    shown = found[: query.limit]
    following = None
    if len(found) > len(shown):
        asked = request.GET.copy()
        asked["after"] = str(shown[-1].pk)
        following = f"{request.path}?{asked.urlencode()}"
    return Page(items=[document(row) for row in shown], next=following)
