"""Threads, comments, enquiries, replies and reminders; how far each channel has been collected."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("collected_at", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("error_detail", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "channel_id"],
            ["channel.municipality_id", "channel.id"],
            name="fk_channel_id_channel",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_listening_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listening")),
        sa.UniqueConstraint("municipality_id", "channel_id", name="uq_listening_channel"),
    )
    op.create_index("ix_listening_next", "listening", ["municipality_id", "next_at"], unique=False)
    # The channels of before: their turn comes at once, and the worker asks what their accounts can do.
    op.execute(
        "INSERT INTO listening (municipality_id, channel_id, cursor, next_at, failures) "
        "SELECT municipality_id, id, '{}', created_at, 0 FROM channel WHERE platform <> 'manual' ORDER BY id"
    )

    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("remote_id", sa.String(length=500), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("active_at", UTCDateTime(), nullable=False),
        sa.Column("swept_at", UTCDateTime(), nullable=True),
        sa.Column("gone_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('ours', 'native', 'mention', 'visitor', 'by_hand')", name=op.f("ck_thread_origin")
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
            ["municipality_id"], ["municipality.id"], name=op.f("fk_thread_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("municipality_id", "channel_id", "remote_id", name="uq_thread_remote"),
        sa.UniqueConstraint("municipality_id", "id", name="uq_thread_own_id"),
    )
    op.create_index("ix_thread_active", "thread", ["municipality_id", "channel_id", "active_at"], unique=False)
    op.create_index("ix_thread_publication", "thread", ["municipality_id", "publication_id"], unique=False)

    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("settlement", sa.String(length=40), nullable=True),
        sa.Column("author_remote_id", sa.String(length=500), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("started_by", sa.String(length=40), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("newest_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('comment', 'visitor_post', 'mention', 'by_hand')", name=op.f("ck_enquiry_kind")),
        sa.CheckConstraint(
            "settlement IN ('answered', 'dismissed', 'hidden', 'deleted')", name=op.f("ck_enquiry_settlement")
        ),
        sa.CheckConstraint(
            "started_by IN ('written', 'not_seen_before', 'clock_ahead', 'by_hand', 'edited', 'reopened')",
            name=op.f("ck_enquiry_started_by"),
        ),
        sa.CheckConstraint("state IN ('open', 'settled')", name=op.f("ck_enquiry_state")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "assignee_id"], ["person.municipality_id", "person.id"], name="fk_assignee_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "channel_id"], ["channel.municipality_id", "channel.id"], name="fk_channel_id_channel"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "thread_id"], ["thread.municipality_id", "thread.id"], name="fk_thread_id_thread"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_enquiry_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("municipality_id", "id", name="uq_enquiry_own_id"),
    )
    op.create_index("ix_enquiry_assignee", "enquiry", ["municipality_id", "assignee_id", "state"], unique=False)
    op.create_index("ix_enquiry_due", "enquiry", ["municipality_id", "state", "due_at", "id"], unique=False)
    op.create_index("ix_enquiry_settled", "enquiry", ["municipality_id", "state", "settled_at", "id"], unique=False)
    op.create_index("ix_enquiry_thread", "enquiry", ["municipality_id", "thread_id", "id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=True),
        sa.Column("remote_id", sa.String(length=500), nullable=False),
        sa.Column("parent_remote_id", sa.String(length=500), nullable=True),
        sa.Column("author_remote_id", sa.String(length=500), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("silent", sa.String(length=40), nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("hidden_at", UTCDateTime(), nullable=True),
        sa.Column("gone_at", UTCDateTime(), nullable=True),
        sa.Column("clock_at", UTCDateTime(), nullable=True),
        sa.Column("clock_by", sa.String(length=40), nullable=True),
        sa.Column("dismissed_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "clock_by IN ('written', 'not_seen_before', 'clock_ahead', 'by_hand', 'edited', 'reopened')",
            name=op.f("ck_comment_clock_by"),
        ),
        sa.CheckConstraint("silent IN ('thanks', 'tags_only', 'no_words')", name=op.f("ck_comment_silent")),
        sa.CheckConstraint("visibility IN ('visible', 'hidden', 'deleted')", name=op.f("ck_comment_visibility")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "channel_id"], ["channel.municipality_id", "channel.id"], name="fk_channel_id_channel"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "enquiry_id"], ["enquiry.municipality_id", "enquiry.id"], name="fk_enquiry_id_enquiry"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "thread_id"], ["thread.municipality_id", "thread.id"], name="fk_thread_id_thread"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_comment_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("municipality_id", "channel_id", "remote_id", name="uq_comment_remote"),
        sa.UniqueConstraint("municipality_id", "id", name="uq_comment_own_id"),
    )
    op.create_index("ix_comment_enquiry", "comment", ["municipality_id", "enquiry_id", "id"], unique=False)
    op.create_index(
        "ix_comment_quiet",
        "comment",
        ["municipality_id", "written_at", "id"],
        unique=False,
        sqlite_where=sa.text("silent IS NOT NULL AND enquiry_id IS NULL"),
        postgresql_where=sa.text("silent IS NOT NULL AND enquiry_id IS NULL"),
    )
    op.create_index("ix_comment_thread", "comment", ["municipality_id", "thread_id", "written_at", "id"], unique=False)

    op.create_table(
        "comment_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("replaced_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "comment_id"],
            ["comment.municipality_id", "comment.id"],
            name="fk_comment_id_comment",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_comment_version_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_version")),
    )
    op.create_index(
        "ix_comment_version_comment", "comment_version", ["municipality_id", "comment_id", "id"], unique=False
    )

    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("seen_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("remote_id", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("problem_code", sa.String(length=60), nullable=True),
        sa.Column("problem_detail", sa.String(length=300), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'sent', 'failed', 'cancelled')", name=op.f("ck_reply_state")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "seen_id"], ["comment.municipality_id", "comment.id"], name="fk_seen_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "comment_id"], ["comment.municipality_id", "comment.id"], name="fk_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "enquiry_id"], ["enquiry.municipality_id", "enquiry.id"], name="fk_enquiry_id_enquiry"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "person_id"], ["person.municipality_id", "person.id"], name="fk_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_reply_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("municipality_id", "id", name="uq_reply_own_id"),
    )
    op.create_index("ix_reply_enquiry", "reply", ["municipality_id", "enquiry_id", "id"], unique=False)
    op.create_index(
        "uq_reply_under_way",
        "reply",
        ["municipality_id", "enquiry_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('approved')"),
        postgresql_where=sa.text("state IN ('approved')"),
    )

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("step IN ('remind', 'escalate')", name=op.f("ck_reminder_step")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "delivery_id"],
            ["delivery.municipality_id", "delivery.id"],
            name="fk_delivery_id_delivery",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "enquiry_id"],
            ["enquiry.municipality_id", "enquiry.id"],
            name="fk_enquiry_id_enquiry",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "person_id"], ["person.municipality_id", "person.id"], name="fk_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_reminder_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("municipality_id", "enquiry_id", "step", "person_id", "due_at", name="uq_reminder_step"),
    )
    op.create_index("ix_reminder_delivery", "reminder", ["municipality_id", "delivery_id"], unique=False)


def downgrade() -> None:
    for table in ("reminder", "reply", "comment_version", "comment", "enquiry", "thread", "listening"):
        op.drop_table(table)
