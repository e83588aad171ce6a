"""Who proposes raters and who approves them is said above every form: fixed from the launch on, like the other promises."""

from django.db import migrations

FREEZE = """
create function reviews_freeze_proposing() returns trigger language plpgsql as $$
begin
  if old.state not in ('draft', 'launching') and (new.nominator, new.nominated, new.approver) is distinct from (old.nominator, old.nominated, old.approver) then
    raise exception 'What raters were promised at launch does not change.' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger reviews_who_proposes_frozen before update on reviews_reviewcycle for each row execute function reviews_freeze_proposing();
"""
THAW = """
drop trigger reviews_who_proposes_frozen on reviews_reviewcycle;
drop function reviews_freeze_proposing();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_links_end_with_their_forms")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
