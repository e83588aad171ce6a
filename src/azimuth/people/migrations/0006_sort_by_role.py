"""The directory sorted by role is as quick as by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_people_imports")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["job_title", "search_text", "id"], name="person_by_job_title"),
        ),
    ]
