"""The kinds of fields the office's tables are made of, and what every record of a company has."""

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    Text = models.CharField[str | Combinable, str]
    Number = models.DecimalField[Decimal | int | Combinable, Decimal]
else:
    Text, Number = models.CharField, models.DecimalField


def code_of(text: str) -> str:
    """Return `text` as Business Central's data type Code holds it: trimmed and in capitals."""
    return text.strip().upper()


class CodeField(Text):
    """Business Central's Code: trimmed and in capitals when stored, and when looked up."""

    def get_prep_value(self, value: Any) -> Any:
        """See `Field`."""
        value = super().get_prep_value(value)
        return code_of(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Put the code into the record in hand too, so that it reads as what is stored."""
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


def amount_field(caption: Any, **options: Any) -> Number:
    """An amount in the record's currency; no currency has more than four decimals."""
    return Number(caption, max_digits=18, decimal_places=4, default=0, **options)


def unit_amount_field(caption: Any, **options: Any) -> Number:
    """A price of one unit, or a quantity: five decimals, as in Business Central."""
    return Number(caption, max_digits=18, decimal_places=5, default=0, **options)


def percent_field(caption: Any, **options: Any) -> Number:
    """A percentage: 25.5 is 25.5 %."""
    return Number(caption, max_digits=8, decimal_places=5, default=0, **options)


class OfficeRecord(models.Model):
    """A record of the office, known to machines by an id of its own (Business Central's SystemId)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class CompanyRecord(OfficeRecord):
    """A record of one company. Each table has a unique key that begins with the company, so that is its index;
    references to what is set up once are not indexed: only a deletion there would look for them."""

    company = models.ForeignKey(
        "office.Company", models.PROTECT, db_index=False, related_name="+", verbose_name=_("Company")
    )

    class Meta:
        abstract = True


class CodedRecord(CompanyRecord):
    """A record that people know by a short code, unique in its company."""

    code = CodeField(_("Code"), max_length=10)
    description = models.CharField(_("Description"), max_length=100, blank=True, default="")

    class Meta:
        abstract = True
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="%(class)s_code_in_company")]

    def __str__(self) -> str:
        return self.code
