"""The web room's tables: the tokens by which programs come in, and what people have chosen for themselves."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from jono.kit.clock import now


class ApiToken(models.Model):
    """A program's right to act for a user, within a permission set. The token itself is not kept, only its digest."""

    name = models.CharField(_("Name"), max_length=100, help_text=_("What it is for."))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("User ID"))
    permission_set = models.ForeignKey(
        Group,
        models.PROTECT,
        verbose_name=_("Permission Set"),
        help_text=_("It may do what both the set and its user may do."),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("Begins with"), max_length=12, editable=False)
    created_at = models.DateTimeField(_("Created"), default=now, editable=False)
    expires_at = models.DateTimeField(_("Expires"), null=True, blank=True, help_text=_("Blank: never."))
    last_used_at = models.DateTimeField(_("Last Used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("Revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API Token")
        verbose_name_plural = _("API Tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def valid(self) -> bool:
        """Whether it lets anybody in now."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())


class UserSettings(models.Model):
    """What a person has chosen for themselves. Blank: what the browser or the device says."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, verbose_name=_("User ID")
    )
    language = models.CharField(_("Language"), max_length=10, blank=True)
    theme = models.CharField(_("Appearance"), max_length=5, blank=True)

    class Meta:
        verbose_name = _("My Settings")
        verbose_name_plural = _("My Settings")

    def __str__(self) -> str:
        return str(self.user)
