"""Template tags of the pages: values in the reader's language, icons, a record's addresses."""

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jono.web import shown

register = template.Library()


@register.filter
def show(value: object) -> SafeString:
    """Show a value as the pages do."""
    return shown.show(value)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon beside a word that says the same."""
    drawing = '<svg class="icon" width="18" height="18" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return format_html(drawing, static("jono/icons.svg"), name)


@register.simple_tag
def address(*name: str, **parts: object) -> str:
    """Return an address by its name: `{% address page.name "do" name=action.name %}`."""
    return reverse("-".join(name), kwargs=parts)
