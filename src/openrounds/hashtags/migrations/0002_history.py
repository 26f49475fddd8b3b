import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hashtags", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HashtagDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.IntegerField(help_text="UTC days since 1970-01-01.")),
                ("uses", models.IntegerField(help_text="Posts.")),
                ("accounts", models.IntegerField(help_text="Distinct authors.")),
                (
                    "hashtag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="hashtags.hashtag",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="hashtags_ha_day_c69fb1_idx")],
                "constraints": [models.UniqueConstraint(fields=("hashtag", "day"), name="hashtag_day_once")],
            },
        ),
    ]
