# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A lab."""

# region: outer
def first() -> int:
    # region: inner
    return 1
    # endregion


# endregion outer
print(first())
