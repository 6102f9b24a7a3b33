# /// script
# requires-python = ">=3.11"
# dependencies = ["confluent-kafka>=2.16.1"]
# ///
"""Checkpoint, crash, restore: which of state and output is exact, and for which sink.

A job reads 200 clicks from two partitions of librdkafka's in-process mock cluster, counts them by product, and writes one
row for each click into a sink (SQLite, standing for another system). It dies twice (os._exit) and is restored from its last
checkpoint. The mock keeps records and offsets; it does not keep Kafka's transactions, so the two-phase sink is our own.
"""
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter

try:
    from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'confluent-kafka>=2.16.1'") from None

CLICKS, EVERY, CRASHED, TOPIC = 200, 40, 9, "clicks"
LIVES = ["at-record-70", "after-checkpoint", "never"]        # how each life of the job ends


# region: sinks
class Plain:
    """Writes at once: visible before the checkpoint, and again after a replay."""
    def __init__(self, sink, transaction):
        self.sink, self.transaction = sink, transaction

    def write(self, click, product, count):
        self.sink.execute("insert into visible values (?, ?, ?)", (click, product, count))

    def commit(self, transaction):
        pass


class Upsert(Plain):
    """Writes at once under the click's own key: a replay overwrites the row with the same row."""
    def write(self, click, product, count):
        self.sink.execute("delete from visible where click = ?", (click,))
        super().write(click, product, count)


class TwoPhase(Plain):
    """Rows wait in a transaction that the sink keeps; its name is part of the checkpoint, which decides."""
    def write(self, click, product, count):
        self.sink.execute("insert into prepared values (?, ?, ?, ?)", (self.transaction, click, product, count))

    def commit(self, transaction):
        self.sink.execute("begin immediate")
        self.sink.execute("insert into visible select click, product, count from prepared where transaction_id = ?", (transaction,))
        self.sink.execute("delete from prepared where transaction_id = ?", (transaction,))
        self.sink.execute("commit")
# endregion


def open_sink(path):
    sink = sqlite3.connect(path, isolation_level=None)
    sink.execute("pragma synchronous = off")                 # the lab kills processes; it does not pull the plug
    sink.execute("create table if not exists visible (click integer, product text, count integer)")
    sink.execute("create table if not exists prepared (transaction_id text, click integer, product text, count integer)")
    return sink


def save(path, content):
    """Replace the file in one step: a reader finds the old checkpoint or the new one, never a half."""
    path.with_suffix(".new").write_text(json.dumps(content), encoding="utf-8")
    os.replace(path.with_suffix(".new"), path)


# region: job
def run(servers, folder, kind, ending, follow_offsets):
    """One life of the job, from its last checkpoint to the end of the log or to its death."""
    checkpoint, offsets = folder / "checkpoint.json", folder / "offsets.json"
    restored = json.loads(checkpoint.read_text()) if checkpoint.exists() else {"at": [0, 0], "counts": {}, "transaction": None, "number": 0}
    positions, counts, number = restored["at"], Counter(restored["counts"]), restored["number"]
    if follow_offsets and offsets.exists():                  # the mistake: a position that is newer than the state
        positions = json.loads(offsets.read_text())
    sink = open_sink(folder / "sink.db")
    output = kind(sink, f"{ending}-{number + 1}")
    output.commit(restored["transaction"])                   # the checkpoint exists, so its transaction must be committed
    sink.execute("delete from prepared")                     # and every other one aborted
    seen = 0
    for partition, click, product in read(servers, positions):
        counts[product] += 1
        output.write(click, product, counts[product])
        positions[partition] += 1
        seen += 1
        if follow_offsets:
            save(offsets, positions)
        if ending == "at-record-70" and seen == 70:
            os._exit(CRASHED)
        if sum(positions) % EVERY == 0:
            number += 1
            save(checkpoint, {"at": positions, "counts": counts, "transaction": output.transaction, "number": number})
            if ending == "after-checkpoint":
                os._exit(CRASHED)
            output.commit(output.transaction)
            output.transaction = f"{ending}-{number + 1}"
# endregion


def read(servers, positions):
    """Records of both partitions from the given positions to their ends; offsets live in the checkpoint, not in the group."""
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "job", "enable.auto.commit": False,
                         "enable.partition.eof": True, "fetch.wait.max.ms": 10, "log_level": 0})
    consumer.assign([TopicPartition(TOPIC, partition, at) for partition, at in enumerate(positions)])
    ended = set()
    while len(ended) < len(positions):
        message = consumer.poll(20)
        if message is None:
            raise SystemExit("no record within 20 s")
        if message.error() and message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        elif message.error():
            raise SystemExit(str(message.error()))
        else:
            yield message.partition(), int(message.value()), message.key().decode()
    consumer.close()


def products():
    """The product of each click, seeded."""
    draw = random.Random(5)
    return [draw.randrange(4) for _ in range(CLICKS)]


def publish(servers):
    """Each product has its partition, so each key keeps its order."""
    failed = []
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 0, "log_level": 0})
    for click, product in enumerate(products()):
        producer.produce(TOPIC, str(click), key=f"product-{product}", partition=product % 2,
                         on_delivery=lambda error, _: failed.append(error) if error else None)
    assert producer.flush(20) == 0 and not failed, "the log must hold every click"


MODES = {"plain, offsets apart": (Plain, True, False), "plain": (Plain, False, False), "upsert by click": (Upsert, False, False),
         "two-phase": (TwoPhase, False, False), "two-phase, expired": (TwoPhase, False, True)}


def measure(servers, mode, folder):
    """Three lives, two deaths; then compare the job's state and the sink with the 200 clicks."""
    for ending in LIVES:
        life = subprocess.run([sys.executable, __file__, servers, mode, str(folder), ending], timeout=60)
        assert life.returncode == (0 if ending == "never" else CRASHED), f"{mode}, {ending}: exit {life.returncode}"
        if MODES[mode][2]:
            open_sink(folder / "sink.db").execute("delete from prepared")    # the outage outlives the sink's transaction timeout
    state = sum(json.loads((folder / "checkpoint.json").read_text())["counts"].values())
    rows = open_sink(folder / "sink.db").execute("select click, count from visible").fetchall()
    distinct = len({click for click, _ in rows})
    so_far, truth = Counter(), {}
    for click, product in enumerate(products()):
        so_far[product] += 1
        truth[click] = so_far[product]
    return state, len(rows), CLICKS - distinct, len(rows) - distinct, sum(truth[click] != count for click, count in rows)


def main():
    broker = Producer({"bootstrap.servers": "in-process", "test.mock.num.brokers": 1, "log_level": 0})
    servers = ",".join(f"{b.host}:{b.port}" for b in broker.list_topics(timeout=20).brokers.values())
    publish(servers)
    print(f"{CLICKS} clicks, a checkpoint every {EVERY}; killed at record 70, then between a checkpoint and the sink's commit")
    print(f"{'':24}state  rows  lost  repeated  wrong number")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number, mode in enumerate(MODES):
            here = pathlib.Path(folder, str(number))
            here.mkdir()
            *figures, wrong = measure(servers, mode, here)
            varies = " [20..130]" if wrong else ""           # which products lose counts depends on how the partitions interleave
            print("{:24}{:5}{:6}{:6}{:10}{:14}".format(mode, *figures, wrong) + varies)


if __name__ == "__main__":
    try:
        if len(sys.argv) == 5:
            sink_kind, apart, _ = MODES[sys.argv[2]]
            run(sys.argv[1], pathlib.Path(sys.argv[3]), sink_kind, sys.argv[4], apart)
        else:
            main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
