"""What the tests on real servers share."""

from collections.abc import AsyncIterator

import pytest

from shared.storage import Database


@pytest.fixture
async def database(mongodb: str, database_name: str) -> AsyncIterator[Database]:
    """A database of this test's own."""
    database = Database.connect(mongodb, database_name)
    yield database
    await database.close()
