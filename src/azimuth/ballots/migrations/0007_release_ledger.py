"""The release ledger: which groups of subjects were ever shown. Rows are added, never changed or deleted."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

GUARD = """
create function ballots_ledger_for_good() returns trigger language plpgsql as $$
begin
  raise exception 'What was decided about a release is never changed or deleted.' using errcode = 'restrict_violation';
end $$;
create trigger releasedecision_for_good before update or delete on ballots_releasedecision
  for each row execute function ballots_ledger_for_good();
"""
UNGUARD = """
drop trigger releasedecision_for_good on ballots_releasedecision;
drop function ballots_ledger_for_good();
"""


class Migration(migrations.Migration):

    dependencies = [("ballots", "0006_counted_reliability")]

    operations = [
        migrations.CreateModel(
            name="ReleaseDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("variables", models.JSONField(help_text="list of [section, seen by]: the figures these groups are shown for")),
                ("people", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("cells", models.JSONField(help_text="list of lists of places in `people`")),
                ("earlier", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), help_text="decisions about the same figures that were kept before", size=None)),
                ("manifest", models.JSONField(help_text="statistics.manifest.Manifest")),
                ("decided_on", models.DateField()),
                ("box", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="ballots.box")),
            ],
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
