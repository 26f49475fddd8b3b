"""Every table has something that keeps it from growing without bound, and the page for operators says what."""

import re

import pytest
from django.db import connection
from tests.architecture.tree import ROOT


@pytest.mark.django_db
def test_the_page_on_growth_names_every_table_and_no_other() -> None:
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", (ROOT / "docs/operate/growth.md").read_text()))
    settings = {"feed_length", "email_url"}
    parts_of_an_index = re.compile("search_document_|sqlite_")
    tables = {name for name in connection.introspection.table_names() if not parts_of_an_index.match(name)}
    assert tables - {"django_migrations"} == named - settings - {"django_migrations"}
