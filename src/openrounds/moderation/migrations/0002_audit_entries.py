"""What the administration calls them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(name="auditentry", options={"verbose_name_plural": "audit entries"}),
    ]
