"""Why a rater group is not shown at all: too few answered, or it is too close to what an earlier cycle shows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ballots", "0007_release_ledger")]

    operations = [
        migrations.AddField(
            "countedgroup", "why",
            models.CharField(blank=True, db_default="", default="", help_text="why it is not shown at all (disclosure.RollUp.reason)", max_length=16),
        ),
    ]
