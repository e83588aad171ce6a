"""The table of Django's database cache: rate limits count over all web processes, without a step called createcachetable."""

from django.db import migrations

FORWARD = """
CREATE TABLE IF NOT EXISTS shared_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS shared_cache_expires ON shared_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_keep_lists_quick")]

    operations = [migrations.RunSQL(FORWARD, "DROP TABLE IF EXISTS shared_cache")]
