"""What somebody can do to the audit log who can write the database file."""

import sqlite3

STRETCH = 32


def cut_off(database: sqlite3.Connection, last: int) -> None:
    """Takes the records after `last` out of the log, and what the index has of them: an entry is about records of one
    stretch, with a bit for each."""
    stretch, left = divmod(last, STRETCH)
    stay = (1 << left) - 1
    database.execute("DELETE FROM audit_events WHERE seq > ?", (last,))
    database.execute(
        "DELETE FROM audit_mentions WHERE stretch > ? OR (stretch = ? AND records & ? = 0)", (stretch, stretch, stay)
    )
    database.execute("UPDATE audit_mentions SET records = records & ? WHERE stretch = ?", (stay, stretch))
