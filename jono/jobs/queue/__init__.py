"""The only hand on the state of entries and runs: every transition of the job queue is a function here.

Locks are taken in one order, entry before run, so that no two transitions wait for each other in a circle. A
transition and the work it hands to the engine are one transaction: both happen or neither.

`entries` is what a person does, `runs` what a worker does, `clockwork` what time does, `waking` what news do; `steps`
are the parts they share.
"""

from jono.jobs.queue.clockwork import (
    find_dead,
    find_overdue,
    next_due_at,
    start_due,
    wake_forgotten,
)
from jono.jobs.queue.entries import (
    change_entry,
    copy_entry,
    create_entry,
    delete,
    open_in_foreground,
    restart,
    resume,
    retry,
    run_once,
    set_on_hold,
    set_priority,
    set_ready,
    start_now,
)
from jono.jobs.queue.runs import Stopped, begin, expect, finish, note, request_stop, take_over
from jono.jobs.queue.waking import wake

__all__ = [
    "Stopped",
    "begin",
    "change_entry",
    "copy_entry",
    "create_entry",
    "delete",
    "expect",
    "find_dead",
    "find_overdue",
    "finish",
    "next_due_at",
    "note",
    "open_in_foreground",
    "request_stop",
    "restart",
    "resume",
    "retry",
    "run_once",
    "set_on_hold",
    "set_priority",
    "set_ready",
    "start_due",
    "start_now",
    "take_over",
    "wake",
    "wake_forgotten",
]
