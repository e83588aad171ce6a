"""After launch nothing that was promised changes; a report, once built, stays as it is. The database refuses."""

from django.db import migrations

FREEZE = """
create function reviews_freeze_cycle() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.state <> 'draft' then
      raise exception 'A launched cycle is not deleted.' using errcode = 'check_violation';
    end if;
    return old;
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'launching'), ('launching', 'open'), ('open', 'closed'), ('closed', 'counted'), ('counted', 'released')
  ) then
    raise exception 'A cycle moves on step by step, and never back.' using errcode = 'check_violation';
  end if;
  if old.state in ('draft', 'launching') then
    return new;
  end if;
  if (new.purpose, new.readers, new.releaser, new.minimum, new.comment_minimum, new.snapshot, new.questionnaire_id, new.groups, new.box_id)
     is distinct from
     (old.purpose, old.readers, old.releaser, old.minimum, old.comment_minimum, old.snapshot, old.questionnaire_id, old.groups, old.box_id) then
    raise exception 'What raters were promised at launch does not change.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_cycle before update or delete on reviews_reviewcycle
  for each row execute function reviews_freeze_cycle();

create function reviews_freeze_report() returns trigger language plpgsql as $$
begin
  if new.content is distinct from old.content or new.built_on <> old.built_on or new.subject_id <> old.subject_id then
    raise exception 'A report stays as it was built.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_report before update on reviews_report
  for each row execute function reviews_freeze_report();
"""
THAW = """
drop trigger reviews_freeze_report on reviews_report;
drop function reviews_freeze_report();
drop trigger reviews_freeze_cycle on reviews_reviewcycle;
drop function reviews_freeze_cycle();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
