"""What the tables promise, kept by the database itself: nothing here can be switched off by a form, a view or a shell."""

from django.db import migrations

FREEZE = """
create function ballots_freeze_box() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.counted_on is not null then
      raise exception 'A counted box cannot be deleted.' using errcode = 'restrict_violation';
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
     or (old.key_destroyed_on is not null and new.key_destroyed_on is distinct from old.key_destroyed_on) then
    raise exception 'A box is never opened, counted or unlocked again.' using errcode = 'restrict_violation';
  end if;
  if (new.counted_on is not null or new.key_destroyed_on is not null) and new.closed_on is null then
    raise exception 'A box is closed before it is counted.' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create trigger box_never_loosens before update or delete on ballots_box
  for each row execute function ballots_freeze_box();

create function ballots_counted_once() returns trigger language plpgsql as $$
begin
  if exists (select 1 from (select distinct box_id from added) a join ballots_box b on b.id = a.box_id
             where b.closed_on is null or b.counted_on is not null) then
    raise exception 'Answers are counted once, between the closing of a box and the end of its count.'
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

create function ballots_counted_for_good() returns trigger language plpgsql as $$
begin
  raise exception 'What was counted is never changed.' using errcode = 'restrict_violation';
end $$;
"""

COUNTED_TABLES = ("countedgroup", "countedanswer", "countedfigure")

ROW_SECURITY = """
alter table ballots_sealedsheet alter column blob set storage external;
alter table ballots_sealedsheet enable row level security;
alter table ballots_sealedsheet force row level security;

-- azimuth.person: set by row_security.as_holder, for the length of a transaction
create policy holder_sees on ballots_sealedsheet for select
  using (holder_id = nullif(current_setting('azimuth.person', true), '')::uuid);
create policy holder_adds on ballots_sealedsheet for insert
  with check (holder_id = nullif(current_setting('azimuth.person', true), '')::uuid
    and exists (select 1 from ballots_box b where b.id = box_id and b.closed_on is null and octet_length(blob) = b.sheet_size + 48));
create policy holder_changes on ballots_sealedsheet for update
  using (holder_id = nullif(current_setting('azimuth.person', true), '')::uuid)
  with check (holder_id = nullif(current_setting('azimuth.person', true), '')::uuid
    and exists (select 1 from ballots_box b where b.id = box_id and b.closed_on is null and octet_length(blob) = b.sheet_size + 48));

-- azimuth.count: set by row_security.counting; opens nothing unless the box is closed and not yet counted
create policy count_sees on ballots_sealedsheet for select
  using (box_id = (select b.id from ballots_box b where b.id = nullif(current_setting('azimuth.count', true), '')::uuid
                   and b.closed_on is not null and b.counted_on is null));
create policy count_deletes on ballots_sealedsheet for delete
  using (box_id = (select b.id from ballots_box b where b.id = nullif(current_setting('azimuth.count', true), '')::uuid
                   and b.closed_on is not null and b.counted_on is null));

-- azimuth.backup: set by the backup alone (PGOPTIONS of pg_dump --enable-row-security); the rows stay sealed
create policy backup_sees on ballots_sealedsheet for select
  using (current_setting('azimuth.backup', true) = 'on');
"""

UNDO = """
drop policy holder_sees on ballots_sealedsheet;
drop policy holder_adds on ballots_sealedsheet;
drop policy holder_changes on ballots_sealedsheet;
drop policy count_sees on ballots_sealedsheet;
drop policy count_deletes on ballots_sealedsheet;
drop policy backup_sees on ballots_sealedsheet;
alter table ballots_sealedsheet no force row level security;
alter table ballots_sealedsheet disable row level security;
"""


def _guards() -> str:
    return "\n".join(
        f"""create trigger {table}_once after insert on ballots_{table}
  referencing new table as added for each statement execute function ballots_counted_once();
create trigger {table}_for_good before update on ballots_{table}
  for each statement execute function ballots_counted_for_good();"""
        for table in COUNTED_TABLES
    )


def _unguard() -> str:
    drops = [f"drop trigger {table}_once on ballots_{table}; drop trigger {table}_for_good on ballots_{table};" for table in COUNTED_TABLES]
    return "\n".join([
        *drops, "drop trigger box_never_loosens on ballots_box;",
        "drop function ballots_freeze_box(); drop function ballots_counted_once(); drop function ballots_counted_for_good();",
    ])


class Migration(migrations.Migration):

    dependencies = [("ballots", "0002_protect_and_index")]

    operations = [
        migrations.RunSQL(FREEZE + _guards(), _unguard()),
        migrations.RunSQL(ROW_SECURITY, UNDO),
    ]
