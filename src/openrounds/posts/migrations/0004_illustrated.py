"""An index of the few public posts that show a picture."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_name_start"),
        ("hashtags", "0001_initial"),
        ("media", "0002_held_file"),
        ("oauth", "0001_initial"),
        ("posts", "0003_application_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(
                    ("boost_of", None), ("deleted_at", None), ("has_media", True), ("visibility", 0)
                ),
                fields=["id"],
                name="post_illustrated",
            ),
        ),
    ]
