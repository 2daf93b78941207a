"""The pages for whoever keeps Jono running: the tokens by which programs come in, and the workers that live."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jono.jobs.models import WorkerSign
from jono.jobs.signs import living_workers, runs_of
from jono.kit.errors import gettext_noop
from jono.web.models import ApiToken
from jono.web.notices import tell
from jono.web.pages import Action, CardPage, Column, Field, Group, ListPage
from jono.web.token_forms import TokenForm
from jono.web.tokens import revoke


def revoke_tokens(request: HttpRequest, chosen: Sequence[ApiToken]) -> None:
    """Let nobody in by these tokens any more."""
    for token in chosen:
        revoke(token)
        tell(request, gettext_noop("The token %(name)s is revoked."), name=token.name)


def all_living() -> QuerySet[WorkerSign]:
    """The workers that live now."""
    return living_workers()


REVOKE = Action(
    "revoke",
    _("Revoke"),
    revoke_tokens,
    icon="close",
    confirm=_("Revoke? Programs that use it are let in no more."),
    shown=lambda token: token.revoked_at is None,
)

tokens = ListPage(
    name="api-tokens",
    model=ApiToken,
    caption=_("API Tokens"),
    keywords=_("rest interface program access key password"),
    icon="setup",
    columns=[
        Column("name"),
        Column("hint", wide=True),
        Column("user"),
        Column("permission_set"),
        Column("valid", _("Valid"), value=lambda token: token.valid),
        Column("expires_at"),
        Column("last_used_at"),
    ],
    search=["name", "hint", "user__username"],
    order=["-id"],
    related=["user", "permission_set"],
    actions=[REVOKE],
    empty=_("No program may come in. Press New (Alt+N) to make a token for one."),
    card=CardPage(
        _("API Token"),
        [
            Group(
                _("General"),
                [
                    Field("name"),
                    Field("hint"),
                    Field("user"),
                    Field("permission_set"),
                    Field("created_at"),
                    Field("expires_at"),
                    Field("last_used_at"),
                    Field("revoked_at", shown=lambda token: token.revoked_at is not None),
                ],
            )
        ],
        actions=[REVOKE],
        fill_in=TokenForm,
        may_edit=lambda _token: False,
        locked=_("A token cannot be changed. Revoke it and make another."),
        new=True,
    ),
)

workers = ListPage(
    name="workers",
    model=WorkerSign,
    records=all_living,
    caption=_("Workers"),
    keywords=_("processes machines hosts running alive"),
    icon="queue",
    columns=[
        Column("host"),
        Column("process_id", value=lambda worker: str(worker.process_id), caption=_("Process ID")),
        Column("concurrency"),
        Column("runs", _("Runs in Process"), value=lambda worker: runs_of(worker).count()),
        Column("started_at"),
        Column("seen_at"),
    ],
    search=["host"],
    order=["host", "process_id"],
    empty=_("No worker lives, so nothing runs in the background. Start one: jono worker"),
)
