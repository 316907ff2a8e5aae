"""Full names among the keys of people."""

import sqlalchemy as sa
from alembic import op

from knowledge_graph.directory.rows import person_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PEOPLE = sa.table("directory_people", sa.column("source"), sa.column("record", sa.JSON))
KEYS = sa.table("directory_keys", sa.column("source"), sa.column("person"), sa.column("key"))


def upgrade() -> None:
    held = ((row.source, person_of(row.record)) for row in op.get_bind().execute(sa.select(PEOPLE)).all())
    op.bulk_insert(KEYS, [{"source": source, "person": each.id, "key": key} for source, each in held for key in each.name_keys])


def downgrade() -> None:
    op.execute(sa.delete(KEYS).where(KEYS.c.key.startswith("name:")))
