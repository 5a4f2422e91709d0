"""Which answer was under way when a citizen changed a comment: it does not answer what the comment says since."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("unseen_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("comment", "unseen_by")
