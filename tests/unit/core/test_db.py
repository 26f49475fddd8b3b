"""Small helpers of plain SQL."""

import pytest

from openrounds.core import db


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-22 10:20:30.123456", "2026-11-22T10:20:30.123Z"),  # SQLite
        ("2026-11-22 10:20:30", "2026-11-22T10:20:30.000Z"),
        ("2026-11-22 10:20:30.1+00", "2026-11-22T10:20:30.100Z"),  # PostgreSQL
        ("2026-11-22 10:20:30+00", "2026-11-22T10:20:30.000Z"),
    ],
    ids=["sqlite", "sqlite on the second", "postgres", "postgres on the second"],
)
def test_moment_that_was_read_as_text_is_said_as_the_api_does(text, said):
    assert db.iso_of_text(text) == said
