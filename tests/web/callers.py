"""Programs that call Jono, each with a token of its own."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.test import Client

from jono.web.permission_sets import make_permission_sets
from jono.web.tokens import create_token, permission_set_named

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


class Program:
    """A program with a token for `user` within a permission set; it speaks JSON."""

    def __init__(self, permission_set: str, user: User | None = None, language: str = "en") -> None:
        make_permission_sets()
        self.user = user or User.objects.create_superuser(f"{permission_set} {language}")
        self.token, text = create_token("a program", self.user, permission_set_named(permission_set))
        self._client = Client(headers={"Authorization": f"Bearer {text}", "Accept-Language": language})

    def get(self, address: str, **query: Any) -> "Answer":
        return self._client.get(f"/api/v1{address}", query)

    def post(self, address: str, document: Any = None) -> "Answer":
        return self._client.post(f"/api/v1{address}", document, content_type="application/json")

    def patch(self, address: str, document: Any) -> "Answer":
        return self._client.patch(f"/api/v1{address}", document, content_type="application/json")

    def delete(self, address: str) -> "Answer":
        return self._client.delete(f"/api/v1{address}")

    def follow(self, address: str) -> "Answer":
        """Go to an address that an answer named."""
        return self._client.get(address)
