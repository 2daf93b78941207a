"""The office as an ERP: one company, spoken to through the port."""

import pytest

from jono.erp.connect import erp_of
from jono.erp.port import Erp
from jono.office.models import Company
from tests import cast


@pytest.fixture
def nordic(db: None) -> Company:
    """Nordic Goods Oy: see the cast."""
    return cast.nordic()


@pytest.fixture
def erp(nordic: Company) -> Erp:
    """The ERP of Nordic Goods Oy."""
    return erp_of(nordic.code)
