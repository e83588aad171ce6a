"""The directory's list of units is as quick over thousands of units as over ten."""

from django.db import migrations, models
from django.db.models.functions import Length


class Migration(migrations.Migration):
    dependencies = [("people", "0006_sort_by_role")]

    operations = [
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(Length("path"), name="unit_open_by_depth", condition=models.Q(ended_on=None)),
        ),
    ]
