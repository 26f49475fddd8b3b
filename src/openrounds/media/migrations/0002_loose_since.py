from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="mediafile",
            name="loose_since",
            field=models.DateTimeField(
                blank=True, help_text="When the hourly sweep first saw that no post shows it.", null=True
            ),
        ),
    ]
