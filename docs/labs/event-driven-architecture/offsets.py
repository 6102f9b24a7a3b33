# /// script
# requires-python = ">=3.11"
# dependencies = ["confluent-kafka>=2.16.1"]
# ///
"""Offset commit versus state write: what a crash between the two steps loses, repeats or leaves exact.

A real Kafka client reads 300 orders from librdkafka's in-process mock cluster and writes one row for each
into SQLite. Six times the process dies (os._exit) between its two steps and is started again. The mock keeps
records and group offsets; it does not keep Kafka's transactions, so the lab uses none.
"""
import contextlib
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

try:
    from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'confluent-kafka>=2.16.1'") from None

ORDERS, TOPIC, CRASHED = 300, "orders", 9
CRASH_AFTER = [20, 35, 17, 50, 5, 80]          # the n-th event of each life is the one that dies half-way
RESENT = sorted(random.Random(7).sample(range(ORDERS), 5))


@contextlib.contextmanager
def transaction(state):
    """BEGIN ... COMMIT, or ROLLBACK when anything is raised; a killed process rolls back too."""
    state.execute("begin immediate")
    try:
        yield
        state.execute("commit")
    except BaseException:
        state.execute("rollback")
        raise


def open_state(path):
    state = sqlite3.connect(path, isolation_level=None)
    state.execute("pragma synchronous = off")   # the lab kills processes; it does not pull the plug
    state.execute("create table if not exists effect (order_id integer)")
    state.execute("create table if not exists inbox (event_id text primary key)")
    state.execute("create table if not exists position (topic text primary key, next integer)")
    state.execute("insert or ignore into position values (?, 0)", (TOPIC,))
    return state


def apply(state, event):
    """The effect: not idempotent by itself, like a counter, an e-mail or a parcel."""
    state.execute("insert into effect values (?)", (event["order"],))


def first_time(state, event):
    """True once for each event id, in the transaction of the effect."""
    return state.execute("insert or ignore into inbox values (?)", (event["id"],)).rowcount == 1


def advance(state, offset):
    """Move the stored position by exactly one record; a consumer that was replaced finds it moved."""
    moved = state.execute("update position set next = ? where topic = ? and next = ?", (offset + 1, TOPIC, offset))
    if moved.rowcount != 1:
        raise RuntimeError(f"fenced: offset {offset} was already applied by another consumer")


# region: orders-of-two-steps
def offset_first(event, offset, state, commit, crash):
    commit(offset + 1)
    crash()
    with transaction(state):
        apply(state, event)


def state_first(event, offset, state, commit, crash):
    with transaction(state):
        apply(state, event)
    crash()
    commit(offset + 1)


def state_and_inbox_first(event, offset, state, commit, crash):
    with transaction(state):
        if first_time(state, event):
            apply(state, event)
    crash()
    commit(offset + 1)


def state_with_offset(event, offset, state, commit, crash):
    with transaction(state):
        apply(state, event)
        crash()
        advance(state, offset)
# endregion


MODES = {mode.__name__: mode for mode in (offset_first, state_first, state_and_inbox_first, state_with_offset)}


# region: consumer
def consume(servers, mode, path, crash_after):
    """One life of a consumer: from where it left off to the end of the log, or to its death."""
    state, handled = open_state(path), 0
    consumer = Consumer({"bootstrap.servers": servers, "group.id": path, "enable.auto.commit": False,
                         "enable.partition.eof": True, "fetch.wait.max.ms": 10, "log_level": 0})
    partition = TopicPartition(TOPIC, 0)

    def commit(offset):
        consumer.commit(offsets=[TopicPartition(TOPIC, 0, offset)], asynchronous=False)

    def crash():
        if handled == crash_after:
            os._exit(CRASHED)

    if mode is state_with_offset:
        partition.offset = state.execute("select next from position").fetchone()[0]
    else:
        committed = consumer.committed([partition], timeout=20)[0].offset
        partition.offset = committed if committed >= 0 else OFFSET_BEGINNING
    consumer.assign([partition])
    while True:
        message = consumer.poll(20)
        if message is None:
            raise SystemExit("no record within 20 s")
        if message.error():
            if message.error().code() == KafkaError._PARTITION_EOF:
                break
            raise SystemExit(str(message.error()))
        handled += 1
        mode(json.loads(message.value()), message.offset(), state, commit, crash)
    consumer.close()
# endregion


def publish(servers, orders):
    """Append one record for each order; an order that stands twice in the list has one event id."""
    delivered = []
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 0, "log_level": 0})
    for order in orders:
        producer.produce(TOPIC, json.dumps({"id": f"order-{order}-placed", "order": order}), partition=0,
                         on_delivery=lambda error, message: delivered.append(error))
    assert producer.flush(20) == 0 and delivered == [None] * len(orders), "the log must hold every record"


def measure(servers, mode, path, crashes):
    """Run lives until one reaches the end; count what the state holds."""
    for crash_after in [*crashes, 0]:
        life = subprocess.run([sys.executable, __file__, servers, mode.__name__, path, str(crash_after)], timeout=60)
        expected = CRASHED if crash_after else 0
        assert life.returncode == expected, f"{mode.__name__}: exit {life.returncode}, expected {expected}"
    state = open_state(path)
    total, distinct = state.execute("select count(*), count(distinct order_id) from effect").fetchone()
    state.close()
    return total, ORDERS - distinct, total - distinct


def experiment(orders, modes, crashes, folder, name):
    broker = Producer({"bootstrap.servers": "in-process", "test.mock.num.brokers": 1, "log_level": 0})
    servers = ",".join(f"{b.host}:{b.port}" for b in broker.list_topics(timeout=20).brokers.values())
    publish(servers, orders)
    print(f"{'':24}effects  lost  repeated")
    for mode in modes:
        total, lost, repeated = measure(servers, mode, str(folder / f"{name}-{mode.__name__}.db"), crashes)
        print(f"{mode.__name__:24}{total:7}{lost:6}{repeated:10}")


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        folder, once = pathlib.Path(folder), list(range(ORDERS))
        print(f"{ORDERS} orders, {len(CRASH_AFTER)} crashes between the two steps of an event")
        experiment(once, MODES.values(), CRASH_AFTER, folder, "crashes")
        print(f"\nno crash, but the producer's relay sends {len(RESENT)} orders a second time")
        experiment(once + RESENT, [state_and_inbox_first, state_with_offset], [], folder, "resent")


if __name__ == "__main__":
    try:
        if len(sys.argv) == 5:
            consume(sys.argv[1], MODES[sys.argv[2]], sys.argv[3], int(sys.argv[4]))
        else:
            main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
