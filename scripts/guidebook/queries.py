"""SQL and PromQL: what their parsers say, with the place in the code."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import promql_parser
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

# As their makers write them → as the parser calls them.
DIALECTS: dict[str, str] = {
    "Athena": "athena",
    "BigQuery": "bigquery",
    "ClickHouse": "clickhouse",
    "Databricks": "databricks",
    "DuckDB": "duckdb",
    "Hive": "hive",
    "Materialize": "materialize",
    "MySQL": "mysql",
    "Oracle": "oracle",
    "PostgreSQL": "postgres",
    "Presto": "presto",
    "Redshift": "redshift",
    "RisingWave": "risingwave",
    "SQLite": "sqlite",
    "Snowflake": "snowflake",
    "Spark": "spark",
    "T-SQL": "tsql",
    "Trino": "trino",
}
# Valid statements of PostgreSQL and MySQL that the parser has no idea of.
UNREAD = re.compile(
    r"^\s*(?:NOTIFY|(?:COMMIT|ROLLBACK)\s+PREPARED|REASSIGN\s+OWNED|SECURITY\s+LABEL|CLUSTER|CHANGE\s+REPLICATION)\b[^;]*",
    re.IGNORECASE | re.MULTILINE,
)
# Statements that the parser passes through unread, though it claims to know them: then something in them is wrong or unknown.
KNOWN = re.compile(r"\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:\w+\s+)?(?:TABLE|VIEW|INDEX)|INSERT|MERGE)\b", re.IGNORECASE)
# Other `CREATE`, `ALTER` and `DROP` may only be of things that databases really have.
OBJECTS = re.compile(
    r"\s*(?:CREATE|ALTER|DROP)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:\w+\s+)?"
    r"(?:AGGREGATE|CAST|CATALOG|COLLATION|CONNECTION|CONNECTOR|CONSTRAINT|CONVERSION|DATABASE|DEFAULT|DICTIONARY|DOMAIN|EVENT|EXTENSION"
    r"|EXTERNAL|FOREIGN|FUNCTION|GROUP|INTEGRATION|LANGUAGE|LOGIN|MACRO|MASKING|MATERIALIZED|OPERATOR|OWNED|PIPE|POLICY|PRIVILEGES"
    r"|PROCEDURE|PUBLICATION|QUOTA|RESOURCE|ROLE|ROUTINE|ROW|RULE|SCHEMA|SECRET|SEQUENCE|SERVER|SHARE|SINK|SOURCE|STAGE|STATISTICS"
    r"|STREAM|SUBSCRIPTION|SYSTEM|TABLE|TABLESPACE|TASK|TRIGGER|TYPE|USER|WAREHOUSE)\b",
    re.IGNORECASE,
)


def dialect(title: str) -> str:
    """The parser's name of the dialect that the first word of the title names; empty if it names none."""
    words = title.split()
    return DIALECTS.get(words[0].rstrip(":,"), "") if words else ""


def sql(code: str, title: str) -> Iterator[tuple[int, int, str]]:
    """Why the statements do not parse in the dialect of the title; nothing without a dialect (another rule says so)."""
    name = dialect(title)
    if not name:
        return
    code = UNREAD.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of each statement that it passes through
    try:
        statements = sqlglot.parse(code, read=name)
    except ParseError as error:
        first = error.errors[0]
        message = re.sub(r"<Token .*?text: (.*?), line: .*?>", r"`\1`", first["description"])
        yield first["line"], max(first["col"] - len(first["highlight"]) + 1, 1), message[:1].lower() + message[1:]
    except TokenError:
        yield *_unread(code, name), "a quote or a comment is not closed"
    else:
        yield from _passed_through(code, name, statements)


def _unread(code: str, name: str) -> tuple[int, int]:
    """The first line after which the code can no longer be cut into words: there the quote opens."""
    lines = code.split("\n")
    for count in range(len(lines), 0, -1):
        try:
            sqlglot.tokenize("\n".join(lines[:count]), read=name)
        except TokenError:
            continue
        return min(count + 1, len(lines)), 1
    return 1, 1


def _passed_through(code: str, name: str, statements: list[exp.Expr | None]) -> Iterator[tuple[int, int, str]]:
    starts = list(_starts(code, name))
    for statement, (line, column, offset) in zip((found for found in statements if found), starts, strict=False):
        if not isinstance(statement, exp.Command):
            continue
        text = code[offset:]
        words = " ".join(text.split()[:2])
        if KNOWN.match(text) or (re.match(r"(?:CREATE|ALTER|DROP)\b", text, re.IGNORECASE) and not OBJECTS.match(text)):
            yield line, column, f"the parser does not understand this `{words}` statement"


def _starts(code: str, name: str) -> Iterator[tuple[int, int, int]]:
    """(line, column, offset) of the first word of each statement that is not empty."""
    fresh = True
    for token in sqlglot.tokenize(code, read=name):
        if token.token_type.name == "SEMICOLON":
            fresh = True
        elif fresh:
            yield token.line, token.start - (code.rfind("\n", 0, token.start) + 1) + 1, token.start
            fresh = False


def promql(code: str) -> Iterator[tuple[int, int, str]]:
    """Why the queries do not parse; a blank line ends a query. The parser names no place, so it is the query's first line."""
    for line, query in _queries(code):
        try:
            promql_parser.parse(query)
        except ValueError as error:
            yield line, 1, str(error)


def _queries(code: str) -> Iterator[tuple[int, str]]:
    """(line, text) of the queries between blank lines; a piece of comments alone is none."""
    lines = [*code.split("\n"), ""]
    first = 0
    for at, line in enumerate(lines):
        if line.strip():
            continue
        query = lines[first:at]
        says = next((row for row, text in enumerate(query) if text.strip() and not text.lstrip().startswith("#")), None)
        if says is not None:
            yield first + says + 1, "\n".join(query)
        first = at + 1
