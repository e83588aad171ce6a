"""How reliable a cycle's answers are: figures of the whole cycle, kept like everything counted, once and for good."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
create trigger countedreliability_once after insert on ballots_countedreliability
  referencing new table as added for each statement execute function ballots_counted_once();
create trigger countedreliability_for_good before update on ballots_countedreliability
  for each statement execute function ballots_counted_for_good();

create function ballots_measured_is_read() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ballots_countedreliability where box_id = new.id) then
    raise exception 'A box whose answers were measured is not discarded unread.' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger box_measured_is_read before update on ballots_box
  for each row when (new.discarded_on is not null and old.discarded_on is null) execute function ballots_measured_is_read();
"""
UNGUARD = """
drop trigger countedreliability_once on ballots_countedreliability;
drop trigger countedreliability_for_good on ballots_countedreliability;
drop trigger box_measured_is_read on ballots_box;
drop function ballots_measured_is_read();
"""


class Migration(migrations.Migration):

    dependencies = [("ballots", "0005_discarding")]

    operations = [
        migrations.CreateModel(
            name="CountedReliability",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("of", models.UUIDField(help_text="key of a section; empty = all items", null=True)),
                ("subjects", models.PositiveIntegerField(help_text="subjects with published answers of others")),
                ("forms", models.PositiveIntegerField(help_text="forms about them with an answer")),
                ("raters", models.PositiveIntegerField(help_text="raters of a typical subject")),
                ("refusal", models.CharField(blank=True, help_text="why nothing could be measured (statistics.refusal)", max_length=24)),
                ("notes", models.JSONField(default=list, help_text="what a reader must be told (statistics.effects)")),
                ("connected", models.FloatField(help_text="share of subjects in the largest part that hangs together through raters in common", null=True)),
                ("items", models.FloatField(help_text="items behind a usual form", null=True)),
                ("subject", models.FloatField(help_text="variance between subjects", null=True)),
                ("rater", models.FloatField(help_text="variance between raters: strictness", null=True)),
                ("interaction", models.FloatField(help_text="variance of a rater's own view of a subject", null=True)),
                ("residual", models.FloatField(help_text="variance of one answer", null=True)),
                ("box", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reliabilities", to="ballots.box")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("box", "of"), nulls_distinct=False, name="counted_reliability_once")]},
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
