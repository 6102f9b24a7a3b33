# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=50"]
# ///
"""Envelope encryption: what rotating the key-encrypting key costs, and what it does not repair.

2,000 order notes of 4 KiB, each under a data key (DEK) of its own, each DEK wrapped by one
key-encrypting key (KEK). First a swapped ciphertext without and with encryption context,
then the bill of a rotation, then what three thieves can still read after it.
"""

import os

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'cryptography>=50'") from None

ORDERS, NOTE_BYTES, NONCE = 2_000, 4_096, 12


# region: envelope
def seal(key, plaintext, context):
    """AES-256-GCM with a fresh random nonce; the context is authenticated, not stored."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def open_sealed(key, sealed, context):
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context)


def encrypt_order(kek, number, note):
    """One row: the DEK wrapped by the KEK, and the note under the DEK, both bound to the order."""
    dek, context = AESGCM.generate_key(256), b"order:%d" % number
    return seal(kek, dek, context), seal(dek, note, context)


def decrypt_order(kek, number, row):
    context = b"order:%d" % number
    return open_sealed(open_sealed(kek, row[0], context), row[1], context)


def rewrap(old, new, number, row):
    """Rotate the KEK: unwrap and wrap the DEK again; the note is not touched."""
    context = b"order:%d" % number
    return seal(new, open_sealed(old, row[0], context), context), row[1]
# endregion


def swapped(with_context):
    """Encrypt two orders under one DEK, exchange the ciphertexts, read order 7."""
    dek = AESGCM.generate_key(256)
    context = {n: b"order:%d" % n if with_context else b"" for n in (7, 8)}
    table = {n: seal(dek, b"gift card of order %d" % n, context[n]) for n in (7, 8)}
    table[7], table[8] = table[8], table[7]
    try:
        return open_sealed(dek, table[7], context[7]).decode()
    except InvalidTag:
        return "refused: InvalidTag"


def readable(rows, attempt):
    """How many rows an attempt opens."""
    count = 0
    for number, row in enumerate(rows):
        try:
            count += len(attempt(number, row)) == NOTE_BYTES
        except InvalidTag:
            pass
    return count


def main():
    print("order 7 after somebody exchanged two ciphertexts in the table")
    print(f"  no context        -> {swapped(with_context=False)}")
    print(f"  context order:7   -> {swapped(with_context=True)}")

    old, new = AESGCM.generate_key(256), AESGCM.generate_key(256)
    yesterday = [encrypt_order(old, n, os.urandom(NOTE_BYTES)) for n in range(ORDERS)]
    stolen_deks = [open_sealed(old, row[0], b"order:%d" % n) for n, row in enumerate(yesterday)]
    today = [rewrap(old, new, n, row) for n, row in enumerate(yesterday)]
    assert readable(today, lambda n, row: decrypt_order(new, n, row)) == ORDERS
    written = sum(len(row[0]) for row in today)
    spared = sum(len(row[1]) for row in today)

    print(f"\nrotating the key-encrypting key over {ORDERS:,} orders")
    print(f"  rewrapping the DEKs writes       {written:>10,} bytes")
    print(f"  re-encrypting the notes writes   {spared + written:>10,} bytes")

    print("\nwhat a thief opens after the rotation")
    for thief, rows, attempt in (
        ("old KEK, today's table", today, lambda n, row: decrypt_order(old, n, row)),
        ("old KEK, yesterday's backup", yesterday, lambda n, row: decrypt_order(old, n, row)),
        ("copied DEKs, today's table", today, lambda n, row: open_sealed(stolen_deks[n], row[1], b"order:%d" % n)),
    ):
        print(f"  {thief:<30} {readable(rows, attempt):>5,} of {ORDERS:,}")


if __name__ == "__main__":
    main()
