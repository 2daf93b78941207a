"""A company for every test of the office."""

import pytest

from jono.office.models import Company
from tests import cast


@pytest.fixture
def nordic(db: None) -> Company:
    """Nordic Goods Oy: see the cast."""
    return cast.nordic()
