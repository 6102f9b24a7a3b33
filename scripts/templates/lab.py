# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""To write: what the lab shows, in a sentence."""

import random


# region: mechanism
def tries(chance, limit, generator):
    """How often one tries until it works, or the limit is reached."""
    # to write: the few lines that the guide explains
    return next((count for count in range(1, limit + 1) if generator.random() < chance), limit)
# endregion


def main():
    generator = random.Random(1)
    counts = [tries(0.5, 4, generator) for _ in range(1000)]
    print(f"tries for 1000 orders: {sum(counts)}")


if __name__ == "__main__":
    main()
