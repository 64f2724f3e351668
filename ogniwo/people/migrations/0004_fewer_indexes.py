"""A digest is asked for whole, never by its beginning."""

from django.db import migrations

LIKE = "people_link_digest_ace358e7_like"  # on PostgreSQL


class Migration(migrations.Migration):
    dependencies = [("people", "0003_weekly_digest")]

    operations = [migrations.RunSQL(f"DROP INDEX IF EXISTS {LIKE}", migrations.RunSQL.noop)]
