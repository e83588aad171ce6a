"""Each rater group has its own least and most; one number for all groups is carried over."""

from django.db import migrations, models

import azimuth.reviews.models.cycles


def carry_over(apps, schema_editor):
    for cycle in apps.get_model("reviews", "ReviewCycle").objects.exclude(maximum=8):
        cycle.sizes = azimuth.reviews.models.cycles.sizes(cycle.maximum, cycle.maximum)
        cycle.save(update_fields=["sizes"])


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_freeze_launched")]
    operations = [
        migrations.AddField(
            "reviewcycle", "sizes",
            models.JSONField(default=azimuth.reviews.models.cycles.default_sizes, help_text="per rater group: raters for one subject at least and at most"),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField("reviewcycle", "maximum"),
    ]
