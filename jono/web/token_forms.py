"""Filling in a new token on its page: its text is shown once, at the top of the page that follows."""

from collections.abc import Mapping

from django import forms
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jono.kit.errors import gettext_noop
from jono.web.card_forms import fit_widget
from jono.web.models import ApiToken
from jono.web.notices import tell
from jono.web.pages import ListPage
from jono.web.queue_actions import person
from jono.web.tokens import create_token


class TokenFields(forms.Form):
    """What a token is for, what it may do, and for how long."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What it is for."))
    permission_set = forms.ModelChoiceField(
        Group.objects.order_by("name"),
        label=_("Permission Set"),
        help_text=_("It may do what both the set and you may do."),
    )
    expires_at = forms.DateTimeField(label=_("Expires"), required=False, help_text=_("Blank: never."))


class TokenForm:
    """A new token of the person who fills it in. One that is there is not changed, only revoked."""

    def __init__(self, _page: ListPage, request: HttpRequest, _token: ApiToken | None) -> None:
        self._request = request
        self._fields = TokenFields(request.POST if request.method == "POST" else None)
        for field in self._fields.fields.values():
            fit_widget(field)
        self.forms: Mapping[str, forms.BaseForm] = {"": self._fields}

    def is_valid(self) -> bool:
        """Whether all of it is right."""
        return self._fields.is_valid()

    def save(self) -> ApiToken:
        """Make the token and show its text."""
        filled_in = self._fields.cleaned_data
        token, text = create_token(
            filled_in["name"], person(self._request), filled_in["permission_set"], filled_in["expires_at"]
        )
        tell(
            self._request,
            gettext_noop("Copy the token now; it cannot be shown again: %(token)s"),
            token=text,
        )
        return token
