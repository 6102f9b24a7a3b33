# /// script
# dependencies = ["psycopg",
# ///
