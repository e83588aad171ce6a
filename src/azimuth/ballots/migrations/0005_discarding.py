"""A box may be discarded instead of counted: its sheets are destroyed unread, for good, and nothing is ever counted from it."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

FREEZE = """
create or replace function ballots_freeze_box() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.counted_on is not null or old.discarded_on is not null then
      raise exception 'A counted or discarded box cannot be deleted.' using errcode = 'restrict_violation';
    end if;
    return old;
  end if;
  if new.id <> old.id or new.purpose <> old.purpose or new.public_key <> old.public_key
     or new.sheet_size <> old.sheet_size or new.opened_on <> old.opened_on then
    raise exception 'Purpose, key, sheet size and opening day of a box never change.' using errcode = 'restrict_violation';
  end if;
  if not new.readers <@ old.readers then
    raise exception 'Nobody can be added to the readers of a box.' using errcode = 'restrict_violation';
  end if;
  if new.minimum < old.minimum or new.comment_minimum < old.comment_minimum then
    raise exception 'The reporting minimum of a box may only rise.' using errcode = 'restrict_violation';
  end if;
  if new.closes_at < old.closes_at or (new.closes_at > old.closes_at and old.closed_on is not null) then
    raise exception 'The deadline of a box may only be moved later, and only while it is open.' using errcode = 'restrict_violation';
  end if;
  if (old.closed_on is not null and new.closed_on is distinct from old.closed_on)
     or (old.counted_on is not null and new.counted_on is distinct from old.counted_on)
     or (old.discarded_on is not null and new.discarded_on is distinct from old.discarded_on)
     or (old.key_destroyed_on is not null and new.key_destroyed_on is distinct from old.key_destroyed_on) then
    raise exception 'A box is never opened, counted or unlocked again.' using errcode = 'restrict_violation';
  end if;
  if (new.counted_on is not null or new.discarded_on is not null or new.key_destroyed_on is not null) and new.closed_on is null then
    raise exception 'A box is closed before it is counted or discarded.' using errcode = 'restrict_violation';
  end if;
  if new.discarded_on is not null and old.discarded_on is null
     and exists (select 1 from ballots_countedgroup where box_id = new.id) then
    raise exception 'A box whose count has begun is not discarded.' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create or replace function ballots_counted_once() returns trigger language plpgsql as $$
begin
  if exists (select 1 from (select distinct box_id from added) a join ballots_box b on b.id = a.box_id
             where b.closed_on is null or b.counted_on is not null or b.discarded_on is not null) then
    raise exception 'Answers are counted once, between the closing of a box and the end of its count.'
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

drop policy count_sees on ballots_sealedsheet;
drop policy count_deletes on ballots_sealedsheet;
create policy count_sees on ballots_sealedsheet for select
  using (box_id = (select b.id from ballots_box b where b.id = nullif(current_setting('azimuth.count', true), '')::uuid
                   and b.closed_on is not null and b.counted_on is null and b.discarded_on is null));
create policy count_deletes on ballots_sealedsheet for delete
  using (box_id = (select b.id from ballots_box b where b.id = nullif(current_setting('azimuth.count', true), '')::uuid
                   and b.closed_on is not null and b.counted_on is null and b.discarded_on is null));
"""


def as_before() -> str:
    """The functions and policies of the migration that made them."""
    first = import_module("azimuth.ballots.migrations.0003_row_security_and_freezing")
    functions = first.FREEZE.replace("create function", "create or replace function").replace(
        "create trigger box_never_loosens before update or delete on ballots_box\n  for each row execute function ballots_freeze_box();", ""
    )
    policies = first.ROW_SECURITY[first.ROW_SECURITY.index("create policy count_sees"):first.ROW_SECURITY.index("-- azimuth.backup")]
    return functions + "drop policy count_sees on ballots_sealedsheet; drop policy count_deletes on ballots_sealedsheet;\n" + policies


class Migration(migrations.Migration):

    dependencies = [("ballots", "0004_holders_from_outside")]

    operations = [
        migrations.AddField("box", "discarded_on", models.DateField(null=True, blank=True, help_text="the day its sheets were destroyed unread instead of counted")),
        migrations.AddConstraint(
            "box", models.CheckConstraint(condition=Q(counted_on=None) | Q(discarded_on=None), name="box_counted_or_discarded"),
        ),
        migrations.RunSQL(FREEZE, as_before()),
    ]
