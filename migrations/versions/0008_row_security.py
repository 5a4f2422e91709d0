"""Row-level security on PostgreSQL: the web's and the worker's roles see the rows of the municipality a transaction is set to.

The owner of the tables (migrations, the operator's command line) is not bound. The roles have no login of their own: a transaction
takes one on with SET LOCAL ROLE. Where the database's user may not make roles, a database administrator makes them first
(docs/operations.md). SQLite has no row security; there the store's own condition stands alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROLES = ("ordskifte_web", "ordskifte_worker")
OWNED = (
    "unit", "person", "grant_row", "sign_in_failure", "channel", "posting_rules", "hold", "feed", "feed_item", "feed_item_version",
    "media", "post", "post_text", "post_media", "publication", "publication_text", "approval", "slot", "delivery",
    "delivery_content", "audit_event",
)  # fmt: skip
#: What the worker may look at over all municipalities, in a transaction that is set to none: ids, lanes and times, no text of anybody's.
SCHEDULES = ("delivery", "slot", "feed")
SHARED = ("municipality", "heartbeat", "alembic_version")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for role in ROLES:
        known = op.get_bind().execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
        if not known:
            op.execute(f"CREATE ROLE {role} NOLOGIN")
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT SELECT ON {', '.join(SHARED)} TO {role}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(OWNED)} TO {role}")
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    op.execute("GRANT INSERT, UPDATE ON heartbeat TO ordskifte_worker")
    op.execute("REVOKE UPDATE, DELETE ON audit_event FROM ordskifte_web, ordskifte_worker")
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_municipality ON {table} TO {', '.join(ROLES)} "
            "USING (municipality_id = (SELECT nullif(current_setting('ordskifte.municipality', true), '')::int))"
        )
    for table in SCHEDULES:
        op.execute(
            f"CREATE POLICY schedules ON {table} FOR SELECT TO ordskifte_worker "
            "USING ((SELECT nullif(current_setting('ordskifte.municipality', true), '')) IS NULL)"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in SCHEDULES:
        op.execute(f"DROP POLICY schedules ON {table}")
    for table in OWNED:
        op.execute(f"DROP POLICY own_municipality ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for role in ROLES:
        op.execute(f"REVOKE ALL ON {', '.join((*OWNED, *SHARED))} FROM {role}")
        op.execute(f"REVOKE USAGE ON ALL SEQUENCES IN SCHEMA public FROM {role}")
