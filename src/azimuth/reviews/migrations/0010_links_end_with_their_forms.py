"""A link ends with the forms it opens, not at an hour of its own; a rater who declines may name somebody outside; three may rate each other."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("reviews", "0009_freeze_sharing")]

    operations = [
        migrations.RemoveField("raterlink", "expires_at"),
        migrations.AddField("decline", "suggested_name", models.CharField(blank=True, help_text="somebody outside to ask instead", max_length=200)),
        migrations.AddField("decline", "suggested_email", models.EmailField(blank=True, max_length=254)),
        migrations.AlterField(
            "reviewcycle", "mutual_limit",
            models.PositiveSmallIntegerField(
                blank=True, default=3, help_text="nominated raters of one subject who are rated by them in turn, at most", null=True
            ),
        ),
    ]
