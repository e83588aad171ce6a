"""Append-only by trigger, and each row's hash computed by the database over the row and the hash before it.

What is hashed is the text of a jsonb array: one form for one content, whatever the client or its time zone. The number is
given under the lock, so that the order of numbers is the order of the chain and has no gaps. The head moves once a
statement, not once a row: a hundred thousand updates of one row in one transaction take minutes.
"""

from django.db import migrations

CHAIN = """
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_entry;
    head audit_head;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('azimuth.audit', 0));
    SELECT * INTO last FROM audit_entry ORDER BY number DESC LIMIT 1;
    SELECT * INTO head FROM audit_head WHERE id = 1;
    IF coalesce(head.number, 0) > coalesce(last.number, 0) THEN  -- rows were cut off: leave the gap to be seen
        last.number := head.number;
        last.hash := head.hash;
    END IF;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous := coalesce(last.hash, '');
    NEW.hash := encode(sha256(convert_to(jsonb_build_array(
        NEW.number, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), NEW.actor_id, NEW.actor_name,
        NEW.action, NEW.object_type, NEW.object_id, NEW.object_name, NEW.detail, NEW.previous
    )::text, 'UTF8')), 'hex');
    RETURN NEW;
END;
$$;

CREATE FUNCTION audit_move_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_head (id, number, hash) SELECT 1, number, hash FROM audit_entry ORDER BY number DESC LIMIT 1
    ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number, hash = EXCLUDED.hash;
    RETURN NULL;
END;
$$;

CREATE TRIGGER audit_chain BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE TRIGGER audit_move_head AFTER INSERT ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_move_head();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only: % is refused.', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END;
$$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_never_emptied BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_moves_with_the_chain BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION audit_refuse();
"""

UNCHAIN = """
DROP TRIGGER audit_head_moves_with_the_chain ON audit_head;
DROP TRIGGER audit_head_never_emptied ON audit_head;
DROP TRIGGER audit_head_kept ON audit_head;
DROP TRIGGER audit_never_emptied ON audit_entry;
DROP TRIGGER audit_append_only ON audit_entry;
DROP FUNCTION audit_refuse();
DROP TRIGGER audit_move_head ON audit_entry;
DROP FUNCTION audit_move_head();
DROP TRIGGER audit_chain ON audit_entry;
DROP FUNCTION audit_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_head")]

    operations = [migrations.RunSQL(CHAIN, UNCHAIN)]
