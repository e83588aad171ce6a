"""The end of the chain, kept apart so that rows cut off at the end are noticed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one")]},
        ),
        migrations.AddIndex("entry", models.Index(fields=["action", "number"], name="audit_by_action")),
    ]
