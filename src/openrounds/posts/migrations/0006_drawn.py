"""What was drawn of posts is kept beside them, and removed by the database with their version."""

import openrounds.core.db
from django.db import migrations, models

from openrounds.core import drawn

KEPT = drawn.Store("posts_drawnpost", "posts_post")


def create(apps, schema_editor):
    drawn.create(schema_editor, KEPT)


def drop(apps, schema_editor):
    drawn.drop(schema_editor, KEPT)


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0005_stamp"),
    ]

    operations = [
        migrations.CreateModel(
            name="DrawnPost",
            fields=[
                ("id", openrounds.core.db.SameIdField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                (
                    "look",
                    models.BigIntegerField(
                        help_text="Says what else than the post it was made of (`api.drawing`)."
                    ),
                ),
                ("body", models.BinaryField()),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
