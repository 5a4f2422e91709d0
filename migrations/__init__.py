"""The schema's history: brings a database up to date, or back, on SQLite and PostgreSQL alike.

Knows Alembic and the revisions beside it. Run by `ordskifte upgrade`, the demo and the tests.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

HERE = Path(__file__).parent


def configuration(url: str = "sqlite://") -> Config:
    """Alembic's configuration for the database at `url`, without a file."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema at `url` up to `revision`."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the schema at `url` back to `revision` ("base": nothing)."""
    command.downgrade(configuration(url), revision)


def head() -> str:
    """The newest revision."""
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    assert newest is not None
    return newest
