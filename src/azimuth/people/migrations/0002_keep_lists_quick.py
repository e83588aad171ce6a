"""Indexes for lists of 60,000: ordered by the words people search by, so that accents sort where readers expect them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="person_by_name"),
        migrations.RemoveIndex(model_name="person", name="person_by_unit"),
        migrations.AddIndex(
            model_name="person", index=models.Index(fields=["search_text", "id"], name="person_by_search_text")
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["unit", "search_text", "id"], name="person_by_unit_and_text"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["location", "search_text", "id"], name="person_by_location"),
        ),
    ]
