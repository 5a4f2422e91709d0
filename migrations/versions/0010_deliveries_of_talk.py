"""A delivery may also be of a reply, of a comment's visibility, or a mail; row-level security for what 0009 made."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLES = ("ordskifte_web", "ordskifte_worker")
OWNED = ("listening", "thread", "enquiry", "comment", "comment_version", "reply", "reminder")
BEFORE = ("publish", "update", "delete_post")
NOW = (*BEFORE, "reply", "hide", "unhide", "mail")


def upgrade() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("reply_id", sa.Integer(), nullable=True))
        delivery.add_column(sa.Column("comment_id", sa.Integer(), nullable=True))
        delivery.alter_column("channel_id", existing_type=sa.Integer(), nullable=True)
        delivery.alter_column("publication_id", existing_type=sa.Integer(), nullable=True)
        delivery.create_foreign_key(
            "fk_reply_id_reply", "reply", ["municipality_id", "reply_id"], ["municipality_id", "id"]
        )
        delivery.create_foreign_key(
            "fk_comment_id_comment", "comment", ["municipality_id", "comment_id"], ["municipality_id", "id"]
        )
        delivery.drop_constraint(op.f("ck_delivery_kind"), type_="check")
        delivery.create_check_constraint(op.f("ck_delivery_kind"), _one_of(NOW))
    op.create_index("ix_delivery_reply", "delivery", ["municipality_id", "reply_id", "id"])
    op.create_index("ix_delivery_comment", "delivery", ["municipality_id", "comment_id", "id"])
    with op.batch_alter_table("delivery_content") as content:
        content.add_column(sa.Column("target", sa.JSON(), nullable=False, server_default="{}"))
        content.add_column(sa.Column("recipient", sa.String(length=320), nullable=True))
        content.add_column(sa.Column("subject", sa.String(length=300), nullable=True))
    with op.batch_alter_table("delivery_content") as content:
        content.alter_column("target", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    _secure()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY schedules ON listening")
        for table in OWNED:
            op.execute(f"DROP POLICY own_municipality ON {table}")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        for role in ROLES:
            op.execute(f"REVOKE ALL ON {', '.join(OWNED)} FROM {role}")
    with op.batch_alter_table("delivery_content") as content:
        for column in ("subject", "recipient", "target"):
            content.drop_column(column)
    op.execute("UPDATE reminder SET delivery_id = NULL")
    op.execute(
        "DELETE FROM delivery_content WHERE delivery_id IN "
        "(SELECT id FROM delivery WHERE kind NOT IN ('publish', 'update', 'delete_post'))"
    )
    op.execute("DELETE FROM delivery WHERE kind NOT IN ('publish', 'update', 'delete_post')")
    op.drop_index("ix_delivery_comment", "delivery")
    op.drop_index("ix_delivery_reply", "delivery")
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_constraint(op.f("ck_delivery_kind"), type_="check")
        delivery.create_check_constraint(op.f("ck_delivery_kind"), _one_of(BEFORE))
        delivery.drop_constraint("fk_comment_id_comment", type_="foreignkey")
        delivery.drop_constraint("fk_reply_id_reply", type_="foreignkey")
        delivery.alter_column("publication_id", existing_type=sa.Integer(), nullable=False)
        delivery.alter_column("channel_id", existing_type=sa.Integer(), nullable=False)
        delivery.drop_column("comment_id")
        delivery.drop_column("reply_id")


def _one_of(kinds: tuple[str, ...]) -> str:
    return "kind IN ({})".format(", ".join(f"'{kind}'" for kind in kinds))


def _secure() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for role in ROLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(OWNED)} TO {role}")
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_municipality ON {table} TO {', '.join(ROLES)} "
            "USING (municipality_id = (SELECT nullif(current_setting('ordskifte.municipality', true), '')::int))"
        )
    op.execute(
        "CREATE POLICY schedules ON listening FOR SELECT TO ordskifte_worker "
        "USING ((SELECT nullif(current_setting('ordskifte.municipality', true), '')) IS NULL)"
    )
