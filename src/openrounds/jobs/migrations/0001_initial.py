import openrounds.core.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Happening",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("payload", models.TextField()),
                ("created_at", models.DateTimeField(db_index=True, default=openrounds.core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("since", models.DateTimeField(default=openrounds.core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("handler", models.CharField(max_length=120)),
                ("payload", models.TextField()),
                ("queue", models.CharField(max_length=20)),
                ("run_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("attempts", models.IntegerField(default=0)),
                ("lease", models.CharField(max_length=32, null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("unique_key", models.CharField(max_length=120, null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("parked_at", None)), fields=["queue", "run_at"], name="job_due"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("unique_key",), name="job_once")],
            },
        ),
    ]
