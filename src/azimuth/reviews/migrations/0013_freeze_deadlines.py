"""After launch a deadline only moves later, and a form stays what its rater was promised: about whom, by whom, as which group."""

from django.db import migrations

FREEZE = """
create function reviews_freeze_deadline() returns trigger language plpgsql as $$
begin
  if old.state in ('draft', 'launching') then
    return new;
  end if;
  if new.time_zone <> old.time_zone or new.closes_at < old.closes_at then
    raise exception 'The deadline of a launched cycle may only be moved later.' using errcode = 'check_violation';
  end if;
  if old.state not in ('nominating', 'open') and new.closes_at <> old.closes_at then
    raise exception 'The deadline of a closed cycle does not move.' using errcode = 'check_violation';
  end if;
  if old.state <> 'nominating' and new.opens_at is distinct from old.opens_at then
    raise exception 'The opening of a launched cycle does not move.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_deadline before update on reviews_reviewcycle
  for each row execute function reviews_freeze_deadline();

create function reviews_freeze_assignment() returns trigger language plpgsql as $$
begin
  if (new.subject_id, new.rater_id, new.external_id, new."group") is distinct from (old.subject_id, old.rater_id, old.external_id, old."group") then
    raise exception 'A form stays about whom, by whom and as which group it was asked for.' using errcode = 'check_violation';
  end if;
  if new.ticket is distinct from old.ticket and new.ticket is not null then
    raise exception 'A form keeps its ticket: sheets are found by it.' using errcode = 'check_violation';
  end if;
  if old.until is not null and (new.until is null or new.until < old.until) then
    raise exception 'Time once given to a rater is not taken back.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_assignment before update on reviews_assignment
  for each row execute function reviews_freeze_assignment();
"""
THAW = """
drop trigger reviews_freeze_assignment on reviews_assignment;
drop function reviews_freeze_assignment();
drop trigger reviews_freeze_deadline on reviews_reviewcycle;
drop function reviews_freeze_deadline();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0012_steering")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
