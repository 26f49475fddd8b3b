import django.db.models.deletion
import openrounds.core.clock
import openrounds.core.db
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Archive",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                (
                    "name",
                    models.CharField(
                        blank=True, default="", help_text="File name below exports/.", max_length=64
                    ),
                ),
                ("size", models.BigIntegerField(default=0, help_text="Bytes.")),
                ("done", models.IntegerField(default=0, help_text="Posts written so far.")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="archives",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("made_at", None)),
                        fields=("account",),
                        name="archive_one_in_the_making",
                    )
                ],
            },
        ),
    ]
