"""What fits into the office's tables: a text that is too long is told of, never cut in silence."""

from decimal import Decimal
from functools import cache

from django.db import models

from jono.kit.errors import UserError, gettext_noop

# Far beyond any real document, well within the columns.
TOO_MUCH = Decimal(10**12)


def check_that_it_fits(record: models.Model) -> None:
    """Raise UserError when a text of the record is longer than its field, or cannot be stored at all."""
    for name, most in _texts(type(record)):
        text = getattr(record, name)
        if most is not None and len(text) > most:
            raise UserError(
                gettext_noop(
                    "This is too long: “%(text)s” has %(length)s characters, %(most)s fit. "
                    "Shorten it where it comes from, then try again."
                ),
                text=text if len(text) <= 60 else f"{text[:60]}…",
                length=len(text),
                most=most,
            )
        if "\0" in text:
            raise UserError(
                gettext_noop(
                    "This holds a character that cannot be stored: “%(text)s”. "
                    "Remove it where it comes from, then try again."
                ),
                text=text.replace("\0", "␀")[:60],
            )


def check_size(*numbers: Decimal | None) -> None:
    """Raise UserError when a number is none that a document can have."""
    for number in numbers:
        if number is not None and not (number.is_finite() and abs(number) < TOO_MUCH):
            raise UserError(
                gettext_noop("%(number)s is not a quantity or amount that a document can have. Correct it."),
                number=str(number),
            )


@cache
def _texts(model: type[models.Model]) -> list[tuple[str, int | None]]:
    texts = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
    ]
    return [(field.attname, field.max_length) for field in texts if not field.generated]
