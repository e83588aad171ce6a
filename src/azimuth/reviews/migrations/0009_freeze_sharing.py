"""What is declared of cohort and comparison stays from the launch on; a cohort report, an acknowledgement and a share stay as they were."""

from django.db import migrations

FREEZE = """
create function reviews_freeze_comparing() returns trigger language plpgsql as $$
begin
  if old.state not in ('draft', 'launching') and (new.subject_minimum, new.overlap_minimum) is distinct from (old.subject_minimum, old.overlap_minimum) then
    raise exception 'What is declared of cohort and comparison at launch does not change.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_comparing before update on reviews_reviewcycle
  for each row execute function reviews_freeze_comparing();

create function reviews_freeze_cohort() returns trigger language plpgsql as $$
begin
  if new.content is distinct from old.content or new.built_on <> old.built_on or new.cycle_id <> old.cycle_id then
    raise exception 'A cohort report stays as it was built.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_cohort before update on reviews_cohortreport
  for each row execute function reviews_freeze_cohort();

create function reviews_freeze_acknowledgement() returns trigger language plpgsql as $$
begin
  if old.comment <> '' or new.acknowledged_on <> old.acknowledged_on or new.subject_id <> old.subject_id then
    raise exception 'An acknowledgement stays; a comment is added once.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_acknowledgement before update on reviews_acknowledgement
  for each row execute function reviews_freeze_acknowledgement();

create function reviews_freeze_share() returns trigger language plpgsql as $$
begin
  if old.taken_back_on is not null or (new.subject_id, new.shared_with_id, new.role, new.shared_on) is distinct from
     (old.subject_id, old.shared_with_id, old.role, old.shared_on) then
    raise exception 'A share is taken back, and nothing else.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_freeze_share before update on reviews_reportshare
  for each row execute function reviews_freeze_share();
"""
THAW = """
drop trigger reviews_freeze_share on reviews_reportshare;
drop function reviews_freeze_share();
drop trigger reviews_freeze_acknowledgement on reviews_acknowledgement;
drop function reviews_freeze_acknowledgement();
drop trigger reviews_freeze_cohort on reviews_cohortreport;
drop function reviews_freeze_cohort();
drop trigger reviews_freeze_comparing on reviews_reviewcycle;
drop function reviews_freeze_comparing();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0008_sharing_and_cohorts")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
