"""The feeds."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("site", sa.String(length=2000), nullable=True),
        sa.Column("etag", sa.String(length=500), nullable=True),
        sa.Column("last_modified", sa.String(length=100), nullable=True),
        sa.Column("next_pull_at", UTCDateTime(), nullable=False),
        sa.Column("last_pull_at", UTCDateTime(), nullable=True),
        sa.Column("last_success_at", UTCDateTime(), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"], name="fk_unit_id_unit"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_feed_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("municipality_id", "address", name="uq_feed_address"),
        sa.UniqueConstraint("municipality_id", "id", name="uq_feed_own_id"),
    )
    op.create_index("ix_feed_due", "feed", ["municipality_id", "next_pull_at"], unique=False)
    op.create_table(
        "feed_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("image_url", sa.String(length=2000), nullable=True),
        sa.Column("image_alt", sa.String(length=1000), nullable=True),
        sa.Column("photographer", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", UTCDateTime(), nullable=False),
        sa.Column("page_read_at", UTCDateTime(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.Column("missing_since", UTCDateTime(), nullable=True),
        sa.Column("gone_first_at", UTCDateTime(), nullable=True),
        sa.Column("gone_next_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("set_aside_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "feed_id"],
            ["feed.municipality_id", "feed.id"],
            name="fk_feed_id_feed",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_feed_item_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_item")),
        sa.UniqueConstraint("municipality_id", "feed_id", "key", name="uq_feed_item_key"),
        sa.UniqueConstraint("municipality_id", "id", name="uq_feed_item_own_id"),
    )
    op.create_index("ix_feed_item_gone", "feed_item", ["municipality_id", "feed_id", "gone_next_at"], unique=False)
    op.create_index("ix_feed_item_newest", "feed_item", ["municipality_id", "first_seen_at", "id"], unique=False)
    op.create_table(
        "feed_item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("feed_item_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column("image_url", sa.String(length=2000), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("replaced_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "feed_item_id"],
            ["feed_item.municipality_id", "feed_item.id"],
            name="fk_feed_item_id_feed_item",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_feed_item_version_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_item_version")),
    )
    op.create_index(
        "ix_feed_item_version_item",
        "feed_item_version",
        ["municipality_id", "feed_item_id", "replaced_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_feed_item_version_item", table_name="feed_item_version")
    op.drop_table("feed_item_version")
    op.drop_index("ix_feed_item_newest", table_name="feed_item")
    op.drop_index("ix_feed_item_gone", table_name="feed_item")
    op.drop_table("feed_item")
    op.drop_index("ix_feed_due", table_name="feed")
    op.drop_table("feed")
