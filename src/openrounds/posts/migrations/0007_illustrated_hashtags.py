"""Posts with pictures are found among all under a hashtag."""

from django.db import migrations, models


def fill(apps, schema_editor):
    """What is there already."""
    schema_editor.execute(
        "UPDATE posts_posthashtag SET has_media = true WHERE post_id IN (SELECT post_id FROM posts_attachment)"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("hashtags", "0001_initial"),
        ("posts", "0006_drawn"),
    ]

    operations = [
        migrations.AddField(
            model_name="posthashtag",
            name="has_media",
            field=models.BooleanField(db_default=False, default=False, help_text="As of the post."),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="posthashtag",
            index=models.Index(
                condition=models.Q(("has_media", True)),
                fields=["hashtag", "post"],
                name="hashtag_illustrated",
            ),
        ),
    ]
