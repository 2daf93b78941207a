"""docs/sandbox.md tells every door and every fault that there is."""

import re
from pathlib import Path

from jono.sandbox.answering import Desk
from jono.sandbox.bucket import PLANS, CostBucket
from jono.sandbox.control import Control
from jono.sandbox.faults import FaultKind
from tests.stores import empty_store

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_every_fault_is_told() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == set(FaultKind)


def test_every_door_is_told() -> None:
    state = empty_store()
    told = re.findall(r"^\| `(GET|POST|DELETE) /_control/([^`]+)` \|", TEXT, re.MULTILINE)
    doors = Control(Desk(state, CostBucket(PLANS["standard"]))).doors()
    assert {(method, re.sub(r"<\w+>", "1", path)) for method, path in told} == {
        (method, pattern.replace(r"(\d+)", "1")) for method, pattern in doors
    }
    state.close()
