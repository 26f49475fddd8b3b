"""The index of posts' words: FTS5 on SQLite, tsvector on PostgreSQL (see `search.index`)."""

from django.db import migrations

# Folding is done before words come here (`search.rules.terms`), so both databases only cut at spaces.
SQLITE = [
    "CREATE VIRTUAL TABLE search_document USING fts5("
    "words, prefix='3', tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Pc'\")"
]
POSTGRES = [
    "CREATE TABLE search_document (post_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_document_words ON search_document USING gin (words)",
]


def create(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_document")


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
    ]

    operations = [migrations.RunPython(create, drop)]
