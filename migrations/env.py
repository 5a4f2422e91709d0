"""How Alembic reaches the database. Run by migrations.upgrade and migrations.downgrade, never by hand."""

from alembic import context
from sqlalchemy import create_engine, pool

from scheduler.store.tables import METADATA

url = context.config.get_main_option("sqlalchemy.url")
assert url is not None
engine = create_engine(url, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
