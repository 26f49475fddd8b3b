"""What lists show of a post is kept under its stamp, which the database raises."""

from django.db import migrations, models

from openrounds.core import stamps

# All of `posts.lines.Line` that may change.
COLUMNS = (
    "version",
    "replies_count",
    "boosts_count",
    "favourites_count",
    "quotes_count",
    "visibility",
    "has_poll",
    "thread",
    "quote_of_id",
    "quote_state",
    "quote_policy",
)


def create(apps, schema_editor):
    stamps.create(schema_editor, "posts_post", COLUMNS)


def drop(apps, schema_editor):
    stamps.drop(schema_editor, "posts_post")


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0004_illustrated"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="stamp",
            field=models.BigIntegerField(
                db_default=0, default=0, editable=False, help_text="Raised by the database (`core.stamps`)."
            ),
        ),
        migrations.RunPython(create, drop),
    ]
