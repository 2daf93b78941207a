"""The rooms of the menu, in its order."""

from collections.abc import Sequence

from jono.web.pages import Room
from jono.web.rooms import jobs, setup

ROOMS: Sequence[Room] = (jobs.ROOM, setup.ROOM)
