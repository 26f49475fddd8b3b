"""Whoever dictates, or hits keys by mistake, switches shortcuts of a single key off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_stamp"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="single_keys",
            field=models.BooleanField(
                db_default=True, default=True, help_text="Whether pages listen to single keys (WCAG 2.1.4)."
            ),
        ),
    ]
