"""How a value looks on a page, in the reader's language: dates, numbers, amounts, states, links."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import singledispatch
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from django.db.models import Manager, Model
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from jono.web.pages import Field


@dataclass(frozen=True)
class Badge:
    """A state: a word with a colour. The word says it all; the colour only helps."""

    text: str
    tone: str


@dataclass(frozen=True)
class Amount:
    """A sum of money in a currency; an unknown or empty code shows the plain number."""

    amount: Decimal
    currency_code: str


@dataclass(frozen=True)
class Progress:
    """How far something is: `done` of `expected`, which may not be known yet."""

    done: int
    expected: int | None


@dataclass(frozen=True)
class Link:
    """A way to another page of Jono."""

    text: str
    address: str


def reader_locale() -> Locale:
    """The reader's locale; English is written as in Britain, because its dates read the same to everybody."""
    language = get_language() or "en"
    return Locale.parse("en_GB" if language.startswith("en") else language.replace("-", "_"))


def value_of(record: Any, field: Field) -> object:
    """Return what a field shows of a record."""
    if field.value:
        return field.value(record)
    owner, last = record, field.name
    while "." in last:
        first, last = last.split(".", 1)
        owner = getattr(owner, first, None)
    value = getattr(owner, last, None)
    if field.currency and isinstance(value, Decimal):
        return Amount(value, str(value_of(record, Field(field.currency)) or ""))
    return _worded(owner, last, value, field) if value not in (None, "") else value


def _worded(owner: Any, name: str, value: object, field: Field) -> object:
    """A stored value as people call it, coloured if it is a state."""
    choice = getattr(owner, f"get_{name}_display", None)
    if choice or str(value) in field.words:
        text = str(field.words.get(str(value)) or (choice() if choice else value))
        return Badge(text, field.tones.get(str(value), "calm")) if field.tones else text
    return str(value) if field.identifier else value


@singledispatch
def show(value: object) -> SafeString:
    """Return a value as HTML."""
    return nothing() if value in (None, "") else format_html("{}", value)


@show.register
def _(value: bool) -> SafeString:
    word = gettext("Yes") if value else gettext("No")
    return format_html('<span class="tick" data-on="{}">{}</span>', "yes" if value else "no", word)


@show.register
def _(value: int) -> SafeString:
    return format_html("{}", format_decimal(value, locale=reader_locale()))


@show.register
def _(value: Decimal) -> SafeString:
    return format_html("{}", number(value))


@show.register
def _(value: Amount) -> SafeString:
    return format_html("{}", money(value))


@show.register
def _(value: datetime) -> SafeString:
    local = timezone.localtime(value)
    full = f"{day(local.date())} {format_time(local, 'long', tzinfo=local.tzinfo, locale=reader_locale())}"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, moment(value))


@show.register
def _(value: date) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day(value))


@show.register
def _(value: time) -> SafeString:
    return format_html("{}", format_time(value, "short", locale=reader_locale()))


@show.register
def _(value: timedelta) -> SafeString:
    return format_html("{}", duration(value))


@show.register
def _(value: Badge) -> SafeString:
    return format_html('<span class="badge" data-tone="{}">{}</span>', value.tone, value.text)


@show.register
def _(value: Progress) -> SafeString:
    if value.expected is None:
        return format_html("{}", number(Decimal(value.done)))
    text = gettext("%(done)s of %(expected)s") % {
        "done": number(Decimal(value.done)),
        "expected": number(Decimal(value.expected)),
    }
    return format_html(
        '<span class="progress"><progress max="{}" value="{}" aria-label="{}"></progress> {}</span>',
        max(value.expected, 1),
        value.done,
        text,
        text,
    )


@show.register
def _(value: Link) -> SafeString:
    return format_html('<a href="{}">{}</a>', value.address, value.text)


@show.register
def _(value: Model) -> SafeString:
    address = address_of(value)
    return format_html('<a href="{}">{}</a>', address, value) if address else format_html("{}", value)


@show.register(list)
@show.register(tuple)
def _(value: list[object] | tuple[object, ...]) -> SafeString:
    return format_html_join(", ", "{}", ((show(one),) for one in value)) if value else nothing()


@show.register
def _(value: Manager) -> SafeString:  # type: ignore[type-arg]
    return show(list(value.all()))


def number(value: Decimal) -> str:
    """A number as the reader writes it, without zeros that say nothing."""
    return str(
        format_decimal(
            value.normalize() if value else Decimal(), locale=reader_locale(), decimal_quantization=False
        )
    )


def money(value: Amount) -> str:
    """An amount with its currency, as the reader writes it; decimals beyond the currency's are shown, not rounded."""
    locale, amount = reader_locale(), value.amount.normalize() if value.amount else Decimal()
    if not value.currency_code:
        return str(format_decimal(amount, "#,##0.00", locale=locale, decimal_quantization=False))
    return str(format_currency(amount, value.currency_code, locale=locale, decimal_quantization=False))


def percent(fraction: Decimal) -> str:
    """A fraction as a percentage: 0.255 is 25.5 %."""
    return str(format_percent(fraction, "#,##0.###\u00a0%", locale=reader_locale()))


def day(value: date) -> str:
    """A date as the reader writes it, never broken over two lines."""
    return str(format_date(value, "medium", locale=reader_locale())).replace(" ", "\u00a0")


def moment(value: datetime) -> str:
    """A point in time, to the minute, on the reader's clock."""
    local = timezone.localtime(value)
    return f"{day(local.date())} {format_time(local, 'short', tzinfo=local.tzinfo, locale=reader_locale())}"


def duration(value: timedelta) -> str:
    """How long something took: to a tenth of a second when short, in its two largest units when long."""
    seconds = value.total_seconds()
    if seconds < 60:
        tenths = format_decimal(Decimal(round(seconds * 10)) / 10, "0.0", locale=reader_locale())
        return gettext("%(seconds)s s") % {"seconds": tenths}
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
    hours, minutes = divmod(minutes, 60)
    return gettext("%(hours)s h %(minutes)s min") % {"hours": number(Decimal(hours)), "minutes": minutes}


def nothing() -> SafeString:
    """What stands where there is no value."""
    return format_html('<span class="nothing" aria-label="{}">&ndash;</span>', gettext("empty"))


def address_of(record: Model) -> str:
    """Return the address of a record's card, or nothing when it has none."""
    try:
        return reverse(record._meta.label_lower, args=[record])
    except NoReverseMatch:
        return ""
