"""The posts."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("source_url", sa.String(length=2000), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_media_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("municipality_id", "id", name="uq_media_own_id"),
        sa.UniqueConstraint("municipality_id", "sha256", name="uq_media_sha256"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("feed_item_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column("earliest_at", UTCDateTime(), nullable=True),
        sa.Column("latest_at", UTCDateTime(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("source_flag", sa.String(length=40), nullable=True),
        sa.Column("source_flag_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("source_flag IN ('changed', 'withdrawn')", name=op.f("ck_post_source_flag")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "author_id"], ["person.municipality_id", "person.id"], name="fk_author_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "feed_item_id"],
            ["feed_item.municipality_id", "feed_item.id"],
            name="fk_feed_item_id_feed_item",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "unit_id"], ["unit.municipality_id", "unit.id"], name="fk_unit_id_unit"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_post_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("municipality_id", "feed_item_id", name="uq_post_feed_item"),
        sa.UniqueConstraint("municipality_id", "id", name="uq_post_own_id"),
    )
    op.create_index("ix_post_newest", "post", ["municipality_id", "created_at", "id"], unique=False)
    op.create_table(
        "post_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt_text", sa.String(), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("photographer", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "media_id"], ["media.municipality_id", "media.id"], name="fk_media_id_media"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "post_id"],
            ["post.municipality_id", "post.id"],
            name="fk_post_id_post",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_post_media_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_media")),
        sa.UniqueConstraint("municipality_id", "post_id", "position", name="uq_post_media_position"),
    )
    op.create_table(
        "post_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "post_id"],
            ["post.municipality_id", "post.id"],
            name="fk_post_id_post",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_post_text_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_text")),
        sa.UniqueConstraint("municipality_id", "post_id", "language", name="uq_post_text_language"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("chosen_at", UTCDateTime(), nullable=True),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("problem_code", sa.String(length=60), nullable=True),
        sa.Column("problem_detail", sa.String(length=300), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'scheduled', 'going_out', 'published', 'failed', 'cancelled', 'expired', 'withdrawn')",
            name=op.f("ck_publication_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "channel_id"], ["channel.municipality_id", "channel.id"], name="fk_channel_id_channel"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "post_id"],
            ["post.municipality_id", "post.id"],
            name="fk_post_id_post",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_publication_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("municipality_id", "id", name="uq_publication_own_id"),
        sa.UniqueConstraint("municipality_id", "post_id", "channel_id", name="uq_publication_post_channel"),
    )
    op.create_index(
        "ix_publication_published", "publication", ["municipality_id", "channel_id", "published_at"], unique=False
    )
    op.create_index(
        "ix_publication_state", "publication", ["municipality_id", "state", "updated_at", "id"], unique=False
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=False),
        sa.Column("reopened_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "person_id"], ["person.municipality_id", "person.id"], name="fk_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "publication_id"],
            ["publication.municipality_id", "publication.id"],
            name="fk_publication_id_publication",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_approval_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "ix_approval_publication", "approval", ["municipality_id", "publication_id", "approved_at"], unique=False
    )
    op.create_table(
        "publication_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "publication_id"],
            ["publication.municipality_id", "publication.id"],
            name="fk_publication_id_publication",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_publication_text_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_text")),
        sa.UniqueConstraint("municipality_id", "publication_id", "language", name="uq_publication_text_language"),
    )
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("minted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'planned' AND ordinal IS NOT NULL AND ordinal BETWEEN 1 AND cap) OR (kind = 'urgent' AND ordinal IS NULL)",
            name=op.f("ck_slot_ordinal_within_cap"),
        ),
        sa.CheckConstraint("kind IN ('planned', 'urgent')", name=op.f("ck_slot_kind")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "channel_id"], ["channel.municipality_id", "channel.id"], name="fk_channel_id_channel"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "publication_id"],
            ["publication.municipality_id", "publication.id"],
            name="fk_publication_id_publication",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_slot_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("municipality_id", "channel_id", "day", "ordinal", name="uq_slot_cap"),
        sa.UniqueConstraint("municipality_id", "publication_id", name="uq_slot_publication"),
    )
    op.create_index("ix_slot_channel", "slot", ["municipality_id", "channel_id", "starts_at"], unique=False)
    op.create_index("ix_slot_due", "slot", ["municipality_id", "minted_at", "starts_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_slot_due", table_name="slot")
    op.drop_index("ix_slot_channel", table_name="slot")
    op.drop_table("slot")
    op.drop_table("publication_text")
    op.drop_index("ix_approval_publication", table_name="approval")
    op.drop_table("approval")
    op.drop_index("ix_publication_state", table_name="publication")
    op.drop_index("ix_publication_published", table_name="publication")
    op.drop_table("publication")
    op.drop_table("post_text")
    op.drop_table("post_media")
    op.drop_index("ix_post_newest", table_name="post")
    op.drop_table("post")
    op.drop_table("media")
