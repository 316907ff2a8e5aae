"""Alembic migrations of the verdict log, run by `knowledge_graph.curation.database` when an installation is opened for writing."""
