"""Alembic runs this over the connection that it is handed."""

from alembic import context

from knowledge_graph.directory.tables import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    # The verdict log keeps its tables in the same database.
    include_name=lambda name, kind, _: kind != "table" or (name or "").startswith("directory_"),
)
with context.begin_transaction():
    context.run_migrations()
