"""What makes the log a log, by kind of database: its rows are added, numbered without holes, and never touched."""

_ON_A_FILE = tuple(
    f"CREATE TRIGGER audit_refuses_{name} BEFORE {verb} ON audit {when} "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    for name, verb, when in (
        ("update", "UPDATE", ""),
        ("delete", "DELETE", ""),
        # REPLACE removes a row without any DELETE trigger, so a number that is taken is refused at the door.
        ("replace", "INSERT", "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"),
    )
)
_ON_A_SERVER = (
    "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE integrity_constraint_violation USING MESSAGE = 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
    # A sequence leaves out the numbers of what was rolled back; the log's have no holes, as on a file.
    "CREATE FUNCTION audit_counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "NEW.id := (SELECT coalesce(max(id), 0) + 1 FROM audit); RETURN NEW; END $$",
    "CREATE TRIGGER audit_counts BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_counts()",
)
APPEND_ONLY = {"sqlite": _ON_A_FILE, "postgresql": _ON_A_SERVER}
"""The statements, by dialect."""
