"""Alembic's entry: migrates the connection that our code hands it, in that connection's transaction."""

from alembic import context

from knowledge_graph.curation.tables import METADATA, VERSION_TABLE

# The directory keeps its tables and its own version in the same database.
context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
