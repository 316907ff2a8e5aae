"""The log, and the triggers that let nobody delete an event or change one beyond erasing fields."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ERASABLE = ("kind", "subject", "other", "text", "keys", "actor", "why", "allow", "deny", "based_on")
FIXED = ("seq", "id", "at", "seals", "previous", "hash")


def upgrade() -> None:
    op.create_table(
        "verdicts",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("at", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ERASABLE),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("salts", "seals", "previous", "hash")),
        sa.Column("erased", sa.Integer, nullable=False),
    )
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("verdicts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION verdicts_are_kept()")


def _changed(different: str) -> str:
    fixed = [f"NEW.{name} {different} OLD.{name}" for name in FIXED]
    return " OR ".join(fixed + [f"(NEW.{name} IS NOT NULL AND NEW.{name} {different} OLD.{name})" for name in ERASABLE])


def _sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'verdicts are kept'); END"
    return [
        f"CREATE TRIGGER verdicts_are_not_deleted BEFORE DELETE ON verdicts {refuse}",
        f"CREATE TRIGGER verdicts_are_not_changed BEFORE UPDATE ON verdicts WHEN {_changed('IS NOT')} {refuse}",
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE FUNCTION verdicts_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF TG_OP = 'UPDATE' AND NOT ({_changed('IS DISTINCT FROM')}) THEN RETURN NEW; END IF;"
        " RAISE EXCEPTION 'verdicts are kept'; END $$",
        "CREATE TRIGGER verdicts_are_kept BEFORE UPDATE OR DELETE ON verdicts FOR EACH ROW EXECUTE FUNCTION verdicts_are_kept()",
        "CREATE TRIGGER verdicts_are_not_emptied BEFORE TRUNCATE ON verdicts FOR EACH STATEMENT EXECUTE FUNCTION verdicts_are_kept()",
    ]
