"""The deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=60), nullable=True),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("not_after", UTCDateTime(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("prepared", sa.Boolean(), nullable=False),
        sa.Column("over_by", UTCDateTime(), nullable=True),
        sa.Column("first_tried_at", UTCDateTime(), nullable=True),
        sa.Column("unconfirmed_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('publish', 'update', 'delete_post')", name=op.f("ck_delivery_kind")),
        sa.CheckConstraint(
            "state IN ('ready', 'preparing', 'sending', 'unconfirmed', 'asked', 'sent', 'failed', 'cancelled', 'lapsed')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "channel_id"], ["channel.municipality_id", "channel.id"], name="fk_channel_id_channel"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "publication_id"],
            ["publication.municipality_id", "publication.id"],
            name="fk_publication_id_publication",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_delivery_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("municipality_id", "id", name="uq_delivery_own_id"),
        sa.UniqueConstraint("municipality_id", "key", name="uq_delivery_key"),
    )
    op.create_index("ix_delivery_due", "delivery", ["municipality_id", "state", "not_before", "id"], unique=False)
    op.create_index("ix_delivery_publication", "delivery", ["municipality_id", "publication_id", "id"], unique=False)
    op.create_index(
        "uq_delivery_lane",
        "delivery",
        ["municipality_id", "lane"],
        unique=True,
        sqlite_where=sa.text("state IN ('preparing', 'sending', 'unconfirmed')"),
        postgresql_where=sa.text("state IN ('preparing', 'sending', 'unconfirmed')"),
    )
    op.create_table(
        "delivery_content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column("images", sa.JSON(), nullable=False),
        sa.Column("remote_id", sa.String(length=500), nullable=True),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("answer_code", sa.String(length=60), nullable=True),
        sa.Column("answer_detail", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "delivery_id"],
            ["delivery.municipality_id", "delivery.id"],
            name="fk_delivery_id_delivery",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_delivery_content_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_content")),
        sa.UniqueConstraint("municipality_id", "delivery_id", name="uq_delivery_content_delivery"),
    )


def downgrade() -> None:
    op.drop_table("delivery_content")
    op.drop_index(
        "uq_delivery_lane",
        table_name="delivery",
        sqlite_where=sa.text("state IN ('preparing', 'sending', 'unconfirmed')"),
        postgresql_where=sa.text("state IN ('preparing', 'sending', 'unconfirmed')"),
    )
    op.drop_index("ix_delivery_publication", table_name="delivery")
    op.drop_index("ix_delivery_due", table_name="delivery")
    op.drop_table("delivery")
