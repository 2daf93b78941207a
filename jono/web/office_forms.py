"""Filling in a record of the back office: it belongs to one company, and so does all that it names."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext

from jono.office.models import Company
from jono.office.models.fields import CompanyRecord
from jono.web.card_forms import ModelCardForm, RecordForm
from jono.web.pages import ListPage, Record


class OfCompany(RecordForm):
    """A form that lets a record name only records of its own company."""

    def clean(self) -> dict[str, Any]:
        """Check whose the chosen records are."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        company_id = getattr(given.get("company"), "pk", None) or getattr(self.instance, "company_id", None)
        for name, chosen in list(given.items()):
            owner_id = getattr(chosen, "company_id", company_id) if isinstance(chosen, Model) else company_id
            if owner_id != company_id:
                self.add_error(name, gettext("%(chosen)s belongs to another company.") % {"chosen": chosen})
        return given


class OfficeForm(ModelCardForm):
    """The form of a record of the office."""

    bases: ClassVar[Mapping[str, type[RecordForm]]] = {"": OfCompany}

    def __init__(self, page: ListPage, request: HttpRequest, record: Record | None) -> None:
        super().__init__(page, request, record)
        if isinstance(record, CompanyRecord):
            for field in self.forms[""].fields.values():
                _keep_to_company(field, record)

    def new_record(self, page: ListPage) -> Record:
        """A record of the first company, until another is chosen."""
        made = super().new_record(page)
        if hasattr(made, "company_id"):
            made.company = Company.objects.first()
        return made


def _keep_to_company(field: Any, record: CompanyRecord) -> None:
    queryset = field.queryset if isinstance(field, ModelChoiceField) else None
    if queryset is not None and issubclass(queryset.model, CompanyRecord):
        field.queryset = queryset.filter(company=record.company)
