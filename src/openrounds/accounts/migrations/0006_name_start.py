"""What shown names are found by, of those who are here already."""

from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

from openrounds.accounts.rules import name_starts

SOME = 2_000
INSERT = "INSERT INTO accounts_namestart (start, account_id) VALUES (%s, %s)"


def fill(apps, schema_editor):
    shown = apps.get_model("accounts", "Account").objects.exclude(display_name="")
    names = shown.values_list("pk", "display_name").iterator(chunk_size=SOME)
    # Read before they are written: psycopg holds the connection while it is given rows, and would wait for itself.
    while some := list(islice(names, SOME)):
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(INSERT, [(start, who) for who, name in some for start in name_starts(name)])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_few_of_many"),
    ]

    operations = [
        migrations.CreateModel(
            name="NameStart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "start", "account_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", models.BinaryField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
