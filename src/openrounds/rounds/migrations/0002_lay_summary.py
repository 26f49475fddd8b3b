from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rounds", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="summary",
            name="lay_text",
            field=models.TextField(
                blank=True,
                default="",
                help_text="The same in plain words, for patients and public; Markdown.",
            ),
        ),
    ]
