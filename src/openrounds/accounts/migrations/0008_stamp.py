"""What lists show of an account is kept under its stamp, which the database raises."""

from django.db import migrations, models

from openrounds.core import stamps

# All of `accounts.lines.AccountLine` that may change.
COLUMNS = (
    "version",
    "followers_count",
    "following_count",
    "posts_count",
    "last_post_on",
    "limited_at",
    "suspended_at",
)


def create(apps, schema_editor):
    stamps.create(schema_editor, "accounts_account", COLUMNS)


def drop(apps, schema_editor):
    stamps.drop(schema_editor, "accounts_account")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_few_followers"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="stamp",
            field=models.BigIntegerField(
                db_default=0, default=0, editable=False, help_text="Raised by the database (`core.stamps`)."
            ),
        ),
        migrations.RunPython(create, drop),
    ]
