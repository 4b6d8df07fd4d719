"""What Alembic runs for an upgrade; the connection, its transaction and its lock are the caller's."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
