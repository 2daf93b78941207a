"""The rooms of the menu, in its order."""

from collections.abc import Sequence

from jono.web.pages import Room
from jono.web.rooms import jobs, office, setup, shopify

ROOMS: Sequence[Room] = (shopify.ROOM, jobs.ROOM, office.ROOM, setup.ROOM)
