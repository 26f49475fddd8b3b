from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Trend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.SmallIntegerField(choices=[(0, "hashtag"), (1, "post"), (2, "link")])),
                ("subject_id", models.BigIntegerField()),
                ("score", models.FloatField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "-score"], name="trend_best")],
                "constraints": [models.UniqueConstraint(fields=("kind", "subject_id"), name="trend_once")],
            },
        ),
    ]
