# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
# endregion
# region: twice
# endregion
# region: twice
# endregion
# region:
# endregion
# region: a
# region: b
# endregion a
# endregion
    # region: open
