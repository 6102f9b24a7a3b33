# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=50"]
# ///
"""Erase customer 7: what DELETE leaves, what a destroyed key reaches, and what brings her back.

100 customers, 2,000 events, and the copies that a shop makes without thinking: backups, an event
log, a search index, an application log. First DELETE, then crypto-shredding, then the two ways
in which an erased person returns, then why a hashed address is still personal data.
"""
import hashlib
import hmac
import random

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'cryptography>=50'") from None

CUSTOMERS, EVENTS, PERSON, SEED = 100, 2_000, 7, 17


def address(customer):
    return f"customer{customer}@mail.example"


# region: keys
class KeyTable:
    """One data key for each person; in production wrapped by a key in a KMS."""

    def __init__(self):
        self.keys = {customer: AESGCM.generate_key(256) for customer in range(CUSTOMERS)}

    def destroy(self, customer):
        del self.keys[customer]


def seal(keys, customer, number, text):
    """Nonce from the event number (unique under each key); the customer is authenticated as context."""
    nonce = number.to_bytes(12, "big")
    return customer, nonce, AESGCM(keys.keys[customer]).encrypt(nonce, text.encode(), b"customer:%d" % customer)


def unseal(keys, record):
    """The text, or None if the key is gone or is another one."""
    customer, nonce, ciphertext = record
    try:
        return AESGCM(keys.keys[customer]).decrypt(nonce, ciphertext, b"customer:%d" % customer).decode()
    except (KeyError, InvalidTag):
        return None
# endregion


class Shop:
    """The same events in five places; `sealed` says whether log and backup hold ciphertext."""

    def __init__(self, sealed):
        rng, self.keys = random.Random(SEED), KeyTable()
        owners = [n % CUSTOMERS for n in range(EVENTS)]
        rng.shuffle(owners)
        self.database = {customer: address(customer) for customer in range(CUSTOMERS)}
        lines = [(owner, f"{address(owner)} ordered {rng.randrange(10, 90)}") for owner in owners]
        self.log = [seal(self.keys, owner, n, text) if sealed else text for n, (owner, text) in enumerate(lines)]
        self.search_index = [text for _, text in lines]             # a consumer that stored plaintext
        self.app_log = [f"200 GET /orders?mail={address(owner)}" for owner in owners if rng.random() < 0.01 or owner == PERSON]
        self.backup()

    def backup(self):
        self.database_backup, self.log_backup = dict(self.database), list(self.log)
        self.keys_backup = dict(self.keys.keys)

    def readable(self):
        """Where one can still read the person's address, and how often."""
        def hits(records):
            texts = (unseal(self.keys, record) if isinstance(record, tuple) else record for record in records)
            return sum(address(PERSON) in text for text in texts if text)
        return {"database": hits(self.database.values()), "database backup": hits(self.database_backup.values()),
                "event log": hits(self.log), "event log backup": hits(self.log_backup),
                "search index": hits(self.search_index), "application log": hits(self.app_log)}


# region: erase
def delete_row(shop):
    shop.database.pop(PERSON, None)


def shred(shop):
    delete_row(shop)
    shop.keys.destroy(PERSON)


def erase(shop, tombstones):
    """Remember the request first, then shred, then tell every consumer that keeps plaintext."""
    tombstones.add(PERSON)
    shred(shop)
    shop.search_index = [text for text in shop.search_index if address(PERSON) not in text]
    shop.app_log = [text for text in shop.app_log if address(PERSON) not in text]


def restore(shop, tombstones=()):
    """A restore of everything, keys included; the erasures since the backup are replayed before it serves."""
    shop.database, shop.log = dict(shop.database_backup), list(shop.log_backup)
    shop.keys.keys = dict(shop.keys_backup)
    for customer in tombstones:
        shop.database.pop(customer, None)
        shop.keys.keys.pop(customer, None)
# endregion


# region: hashing
def recovered(pseudonyms, candidates, function):
    """A dictionary attack: hash every address that may occur, and compare."""
    known = {function(candidate): candidate for candidate in candidates}
    return sum(pseudonym in known for pseudonym in pseudonyms)


def plain_hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


def keyed_hash(key):
    return lambda text: hmac.new(key, text.encode(), "sha256").hexdigest()
# endregion


def main():
    asked = set()
    deleted, shredded, erased = Shop(sealed=False), Shop(sealed=True), Shop(sealed=True)
    before = Shop(sealed=True).readable()
    assert before == Shop(sealed=False).readable(), "encryption must not change what the shop can read"
    delete_row(deleted)
    shred(shredded)
    erase(erased, asked)
    assert sum(unseal(erased.keys, record) is not None for record in erased.log) == EVENTS - before["event log"]

    states = {"before": before, "DELETE": deleted.readable(), "shred": shredded.readable(), "full": erased.readable()}
    restore(erased)
    states["restored"] = erased.readable()
    restore(erased, asked)
    states["replayed"] = erased.readable()
    erased.backup()                                 # the old backups expire, new ones take their place
    states["expired"] = erased.readable()
    print("readable records of customer 7\n" + f"{'':18}" + "".join(f"{name:>10}" for name in states))
    for place in before:
        print(f"{place:<18}" + "".join(f"{state[place]:>10}" for state in states.values()))

    people = [address(customer) for customer in range(CUSTOMERS)]
    secret, guess = b"kept by the controller", b"guessed by the attacker"
    plain, keyed = [plain_hash(person) for person in people], [keyed_hash(secret)(person) for person in people]
    print("\naddresses recovered from pseudonyms, by somebody with a list of addresses")
    print(f"  SHA-256                        {recovered(plain, people, plain_hash):>3} of {CUSTOMERS}")
    print(f"  HMAC, key unknown              {recovered(keyed, people, keyed_hash(guess)):>3} of {CUSTOMERS}")
    print(f"  HMAC, key known (controller)   {recovered(keyed, people, keyed_hash(secret)):>3} of {CUSTOMERS}")


if __name__ == "__main__":
    main()
