"""What tests of every room share."""

import pytest
from django.db import connection
from hypothesis import settings
from psycopg.conninfo import make_conninfo

from jono.kit import postgres

# How long an example takes is for benchmarks to say: the machine may be busy.
settings.register_profile("jono", deadline=None)
settings.load_profile("jono")


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The address of the test database: DATABASE_URL for a process that a test starts."""
    return make_conninfo(postgres.address(), dbname=str(connection.settings_dict["NAME"]))
