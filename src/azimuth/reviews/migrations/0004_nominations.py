"""A hand's changes to the list of raters become nominations."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_sizes_of_rater_groups")]
    operations = [
        migrations.RemoveConstraint("rateredit", "rater_edit_once"),
        migrations.RenameModel("RaterEdit", "Nomination"),
    ]
