"""Categories, reports and workers over REST."""

from typing import Annotated

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import BaseModel, ConfigDict, StringConstraints

from jono.jobs.models import Category
from jono.kit.errors import UserError, gettext_noop
from jono.web.rest.callers import allow
from jono.web.rest.documents import CategoryDocument
from jono.web.rest.finding import category_coded
from jono.web.rest.problems import PROBLEMS
from jono.web.rest.values import Storable

ONE = {200: CategoryDocument, **PROBLEMS}

router = Router(tags=["Job queue categories"])
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10), Storable]
Description = Annotated[str, StringConstraints(max_length=100), Storable]
InPath = Annotated[str, Path(description="Code")]


class NewCategory(BaseModel):
    """A category to be."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    description: Description = ""


class NewDescription(BaseModel):
    """What a category is for."""

    model_config = ConfigDict(extra="forbid")

    description: Description


@router.get("", response={200: list[CategoryDocument], **PROBLEMS})
def list_categories(request: HttpRequest) -> list[CategoryDocument]:
    """List all categories. Of the entries of one, one runs at a time."""
    allow(request, "jobs.view_category")
    return [CategoryDocument.of(category) for category in Category.objects.all()]


@router.post("", response={201: CategoryDocument, **PROBLEMS})
def create_category(request: HttpRequest, category: NewCategory) -> Status[CategoryDocument]:
    """Add a category."""
    allow(request, "jobs.add_category")
    try:
        with transaction.atomic():
            made = Category.objects.create(code=category.code, description=category.description)
    except IntegrityError:
        message = gettext_noop("There is a job queue category %(code)s already.")
        raise UserError(message, code=category.code) from None
    return Status(201, CategoryDocument.of(made))


@router.get("/{code}", response=ONE)
def show_category(request: HttpRequest, code: InPath) -> CategoryDocument:
    """Show a category."""
    allow(request, "jobs.view_category")
    return CategoryDocument.of(category_coded(code))


@router.patch("/{code}", response=ONE)
def change_category(request: HttpRequest, code: InPath, category: NewDescription) -> CategoryDocument:
    """Change what a category is said to be for."""
    allow(request, "jobs.change_category")
    found = category_coded(code)
    found.description = category.description
    found.save(update_fields=["description"])
    return CategoryDocument.of(found)


@router.delete("/{code}", response={204: None, **PROBLEMS})
def delete_category(request: HttpRequest, code: InPath) -> Status[None]:
    """Delete a category; its code stays on its entries, which still run one at a time."""
    allow(request, "jobs.delete_category")
    category_coded(code).delete()
    return Status(204, None)
