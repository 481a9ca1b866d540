"""Alembic's entrance: runs migrations on the connection `bot.store.migrate` gives, in its transaction."""

from alembic import context

# Alembic takes SQLite for a database that cannot roll tables back; it can, once the driver keeps its hands off.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
