"""What Jono tells a person at the top of the next page they see, with a link to where it leads."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html

from jono.kit.errors import UserError, Value
from jono.kit.language import say
from jono.web.shown import Link


def tell(
    request: HttpRequest, message: str, /, *links: Link, level: int = messages.SUCCESS, **values: Value
) -> None:
    """Tell a person something: `message` is marked with `gettext_noop`, `values` fill its places."""
    text = format_html("<span>{}</span>", say(message, values))
    for link in links:
        text += format_html(' <a href="{}">{}</a>', link.address, link.text)
    messages.add_message(request, level, text)


def tell_error(request: HttpRequest, error: UserError) -> None:
    """Tell a person what they can mend."""
    tell(request, error.message, level=messages.ERROR, **error.values)
