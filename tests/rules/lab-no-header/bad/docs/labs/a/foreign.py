# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "psycopg>=3",
#     "requests>=2",
# ]
# ///
