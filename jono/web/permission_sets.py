"""The permission sets: who may read, who may work, who may set Jono up. They are groups, made by `jono migrate`.

Pages and tokens ask for permissions, and these say who holds them. A set with another name is the administrator's own
and is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

ROOMS = ("jobs", "shopify", "office", "sync")
SETUP = ("retentionpolicy", "alertchannel", "shop", "shopconnection")
"""What is set up once, by whoever administers Jono."""


@dataclass(frozen=True)
class PermissionSet:
    """A set's name and, as a condition on permissions, what it holds."""

    name: str
    holds: Q


READ = PermissionSet("JONO READ", Q(content_type__app_label__in=ROOMS, codename__startswith="view_"))
EDIT = PermissionSet(
    "JONO EDIT", READ.holds | Q(content_type__app_label__in=ROOMS) & ~Q(content_type__model__in=SETUP)
)
ADMIN = PermissionSet("JONO ADMIN", Q(content_type__app_label__in=(*ROOMS, "web", "auth")))

PERMISSION_SETS: Mapping[str, PermissionSet] = {known.name: known for known in (READ, EDIT, ADMIN)}


@transaction.atomic
def make_permission_sets() -> None:
    """Make the sets as they are declared here, with the permissions of this version's tables."""
    for declared in PERMISSION_SETS.values():
        group, _made = Group.objects.get_or_create(name=declared.name)
        group.permissions.set(Permission.objects.filter(declared.holds))
