# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Tamper-evident is not tamper-proof: what a hash, a chain and an anchor each notice.

An audit log of 500 entries, five attackers with growing rights, three defences.
Only the standard library.
"""
import copy
import hashlib
import json

ENTRIES, EDITED, ANCHOR_EVERY = 500, 250, 60
GENESIS = "0" * 64


def digest(entry, previous=""):
    body = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous + body).encode()).hexdigest()


def events():
    """Who did what; the sequence number makes a gap visible."""
    people = ("ada", "ben", "cho", "dia")
    return [{"seq": n, "actor": people[n % 4], "action": "refund", "amount": 10 + n % 90} for n in range(ENTRIES)]


# region: chain
def chained(entries):
    """Each record's hash covers the entry and the hash before it."""
    log, previous = [], GENESIS
    for entry in entries:
        previous = digest(entry, previous)
        log.append({"entry": entry, "hash": previous})
    return log


def first_broken(log):
    """The position of the first record that does not follow from its predecessor, or None."""
    previous = GENESIS
    for position, record in enumerate(log):
        if record["entry"]["seq"] != position or digest(record["entry"], previous) != record["hash"]:
            return position
        previous = record["hash"]
    return None
# endregion


# region: anchor
class WriteOnce:
    """Stands for a locked bucket or a time-stamping service: the log's administrator cannot rewrite it."""

    def __init__(self):
        self._kept = {}

    def put(self, length, head):
        if length in self._kept:
            raise PermissionError("retention lock")
        self._kept[length] = head

    def items(self):
        return sorted(self._kept.items())


def anchored(log):
    """Every 60 records, copy the length and the head of the chain to somebody else."""
    store = WriteOnce()
    for length in range(ANCHOR_EVERY, len(log) + 1, ANCHOR_EVERY):
        store.put(length, log[length - 1]["hash"])
    return store


def first_contradicted(log, store):
    """The first anchor that the log no longer agrees with, or None."""
    for length, head in store.items():
        if len(log) < length or log[length - 1]["hash"] != head:
            return length
    return None
# endregion


# region: attackers
def edit(log):
    """Change one entry and nothing else."""
    log[EDITED]["entry"]["amount"] = 1


def edit_and_rehash(log):
    """Change one entry and its own hash."""
    edit(log)
    previous = log[EDITED - 1]["hash"]
    log[EDITED]["hash"] = digest(log[EDITED]["entry"], previous)


def rewrite(log):
    """Change one entry and recompute everything after it: needs write access only, no key."""
    edit(log)
    log[:] = chained([record["entry"] for record in log])


def drop_end(log, count):
    """Cut the newest entries off; what remains is a valid chain."""
    del log[-count:]
# endregion


ATTACKS = {
    "edit one entry": edit,
    "edit it and its own hash": edit_and_rehash,
    "edit it and rewrite the rest": rewrite,
    "cut off the last 100": lambda log: drop_end(log, 100),
    "cut off the last 20": lambda log: drop_end(log, 20),
}


def separate_hashes(log):
    """The naive defence: a checksum for each record, which whoever edits can also compute."""
    return next((n for n, record in enumerate(log) if digest(record["entry"]) != record["checksum"]), None)


def naive(attack):
    """The same attack on a log with one checksum a record; the attacker fixes the checksum if he can."""
    log = [record | {"checksum": digest(record["entry"])} for record in chained(events())]
    attack(log)
    if attack is not edit:
        for record in log:
            record["checksum"] = digest(record["entry"])
    return separate_hashes(log)


def found(position):
    return "unnoticed" if position is None else f"at {position}"


def main():
    honest = chained(events())
    anchors = anchored(honest)
    assert first_broken(honest) is None and first_contradicted(honest, anchors) is None
    try:
        anchors.put(ANCHOR_EVERY, "another head")
        raise AssertionError("the store let itself be overwritten")
    except PermissionError:
        pass
    print(f"{ENTRIES} entries, entry {EDITED} edited, an anchor every {ANCHOR_EVERY}\n")
    print(f"{'attack':<30} {'checksum':<11} {'hash chain':<11} chain and anchor")
    for name, attack in ATTACKS.items():
        log = copy.deepcopy(honest)
        attack(log)
        broken, contradicted = first_broken(log), first_contradicted(log, anchors)
        both = broken if broken is not None else contradicted
        print(f"{name:<30} {found(naive(attack)):<11} {found(broken):<11} {found(both)}")
    unprotected = ENTRIES - anchors.items()[-1][0]
    print(f"\nentries after the last anchor, which anybody may still rewrite: {unprotected}")


if __name__ == "__main__":
    main()
