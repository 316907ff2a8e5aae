"""The directory: people, their keys, groups and members."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_sources",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("allow", sa.JSON, nullable=False),
        sa.Column("deny", sa.JSON, nullable=False),
        sa.Column("unreadable", sa.JSON, nullable=False),
    )
    for table, own in (("directory_people", "record"), ("directory_groups", "principals")):
        op.create_table(
            table,
            sa.Column("source", sa.String, primary_key=True),
            sa.Column("id", sa.String, primary_key=True),
            sa.Column(own, sa.JSON, nullable=False),
            sa.Column("resource", sa.JSON),
            sa.Column("name", sa.String, nullable=False),
            sa.Column("external", sa.String, nullable=False),
        )
        op.create_index(f"ix_{table}_name", table, ["name"])
        op.create_index(f"ix_{table}_external", table, ["external"])
    op.create_table(
        "directory_keys",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
    )
    op.create_index("directory_keys_by_key", "directory_keys", ["key"])
    op.create_table(
        "directory_members",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("group_id", sa.String, primary_key=True),
        sa.Column("principal", sa.String, primary_key=True),
        sa.Column("member", sa.String, primary_key=True),
    )
    op.create_index("directory_members_by_member", "directory_members", ["member"])
    version = op.create_table(
        "directory_version", sa.Column("id", sa.Integer, primary_key=True), sa.Column("version", sa.Integer, nullable=False)
    )
    op.bulk_insert(version, [{"id": 1, "version": 0}])


def downgrade() -> None:
    for table in ("version", "members", "keys", "groups", "people", "sources"):
        op.drop_table(f"directory_{table}")
