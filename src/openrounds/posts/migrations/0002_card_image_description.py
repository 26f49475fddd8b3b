from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="previewcard",
            name="image_description",
            field=models.CharField(blank=True, default="", max_length=1000),
        ),
    ]
