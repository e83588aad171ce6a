"""The steps of a cycle with nominations and cancelling; what subjects and raters were promised stays, from the launch on."""

from django.db import migrations

FREEZE = """
create or replace function reviews_freeze_cycle() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.state <> 'draft' then
      raise exception 'A launched cycle is not deleted.' using errcode = 'check_violation';
    end if;
    return old;
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'launching'), ('launching', 'draft'), ('launching', 'nominating'), ('launching', 'open'), ('nominating', 'open'),
    ('nominating', 'cancelled'), ('open', 'closed'), ('open', 'cancelled'), ('closed', 'counted'), ('counted', 'released')
  ) then
    raise exception 'A cycle moves on step by step, and never back.' using errcode = 'check_violation';
  end if;
  if old.state in ('draft', 'launching') then
    return new;
  end if;
  if (new.purpose, new.readers, new.releaser, new.minimum, new.comment_minimum, new.snapshot, new.questionnaire_id, new.groups, new.box_id,
      new.shows_list, new.compares_to_id)
     is distinct from
     (old.purpose, old.readers, old.releaser, old.minimum, old.comment_minimum, old.snapshot, old.questionnaire_id, old.groups, old.box_id,
      old.shows_list, old.compares_to_id) then
    raise exception 'What raters were promised at launch does not change.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_raters_from_outside")]
    operations = [migrations.RunSQL(FREEZE, migrations.RunSQL.noop)]
