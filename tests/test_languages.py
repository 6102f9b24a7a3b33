"""Parsers of the languages that fences are written in: what they accept, and where they see trouble."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from guidebook.languages import ALIASES, DRAWN, FREE, PARSERS, commands, problems, right_name, unchecked

RIGHT = {
    "python": "async def f():\n    return await g()\n",
    "json": '{"a": {"b": [1, -2.5e3, "\\ud83d\\ude00", null, true]}}',
    "yaml": "a: &x {b: 1}\n---\nc: !Ref a\nd: |\n  text: [\n",
    "toml": "[orders]\npeak = 400\n",
    "hcl": 'path "secret/*" {\n  capabilities = ["read"]\n}\n',
    "sql": "SELECT 1",
    "promql": "histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m])))",
    "bash": 'for pod in a b; do\n  kubectl delete pod "$pod"\ndone\n',
    "console": "$ ls\na b\n",
    "go": "package main\n\nfunc main() {}\n",
    "java": "record Order(int id) {}\n",
    "javascript": "export default () => 1;\n",
}
# language, code, line and column of the trouble
WRONG = [
    ("python", "a = 1\nb = (2\n", 2, 5),
    ("python", "return 1\n", 1, 1),
    ("json", '{"a": 1,\n "b": }', 2, 7),
    ("json", '{"a": 1,\n\t"a": 2}', 2, 2),
    ("yaml", "a: 1\nb: [1\nc: 2\n", 3, 2),
    ("yaml", "a: 1\n---\nb: 1\nb: 2\n", 4, 1),
    ("yaml", "- a: 1\n  b: {c: 1, c: 2}\n", 2, 13),
    ("yaml", "a: 1\n\tb: 2\n", 2, 1),
    ("toml", "[a]\nb = 1\nb = 2\n", 3, 6),
    ("hcl", 'a "b" {\n  c =\n}\n', 2, 3),
    ("bash", "if true; then\n  ls\n", 3, 1),
    ("bash", 'ls\necho ä "open\n', 2, 8),
    ("console", "$ ls\n) not code\n$ for a in b; do\n>   )\n> done\n", 4, 5),
    ("go", "func f() {\n  x :=\n}\n", 2, 7),
    ("java", "class A {\n  int a = ;\n}\n", 2, 9),
    ("javascript", "const a = {b: 1;\n", 1, 16),
    ("promql", "up\n\n# second\nsum(up\n", 4, 1),
]


@pytest.mark.parametrize("language", sorted(PARSERS))
def test_language_accepts_right_code(language: str) -> None:
    """Each checked language has a parser that has nothing to say about right code."""
    assert problems(language, RIGHT[language], "PostgreSQL") == []


@pytest.mark.parametrize(("language", "code", "line", "column"), WRONG)
def test_language_says_where_the_trouble_is(language: str, code: str, line: int, column: int) -> None:
    """Wrong code has one problem, with its line and column in characters."""
    found = problems(language, code)

    assert [(problem.line, problem.column) for problem in found] == [(line, column)], found


@pytest.mark.parametrize("language", sorted(PARSERS))
@pytest.mark.parametrize("code", ["", "\n\n", "\0", "\ufeff", "((((\n" * 50, "é\u2028ü\r\n\t'"])
def test_language_never_raises(language: str, code: str) -> None:
    """Whatever stands in a fence, the answer is a list."""
    assert isinstance(problems(language, code, "PostgreSQL"), list)


def test_unknown_language_has_no_problems() -> None:
    """There is nothing to say about a language without a parser."""
    assert problems("rego", "(((") == []


def test_python_of_a_lab_may_come_from_inside_a_function() -> None:
    """A region of a lab can be the body of a function."""
    assert problems("python", "return 1\n", "labs/a/b.py#c") == []


@pytest.mark.parametrize(
    ("dialect", "code"),
    [
        ("PostgreSQL: a queue", "SELECT * FROM jobs ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;\nNOTIFY jobs, '7';\nALTER SYSTEM SET a = 1;"),
        ("PostgreSQL", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON orders USING (tenant = 1);\nCREATE ROLE app LOGIN;"),
        ("DuckDB", "SELECT * EXCLUDE (a) FROM read_parquet('x') QUALIFY row_number() OVER (PARTITION BY a) = 1"),
        ("SQLite", "CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT"),
        ("Spark", "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"),
        ("Trino", "ALTER TABLE t EXECUTE optimize"),
        ("Snowflake", "CREATE STREAM s ON TABLE t"),
        ("BigQuery", "SELECT APPROX_COUNT_DISTINCT(a) FROM `p.d.t`"),
        ("ClickHouse", "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id TTL d + INTERVAL 30 DAY"),
        ("MySQL", "ALTER TABLE t ADD COLUMN a INT, ALGORITHM=INSTANT"),
        ("Redshift", "CREATE TABLE t (a INT) DISTKEY (a) SORTKEY (a)"),
    ],
)
def test_sql_knows_its_dialect(dialect: str, code: str) -> None:
    """What is right in a dialect parses under its name."""
    assert problems("sql", code, dialect) == []


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("SELECT 1;\nSELECT a\nFROM WHERE b", 3, 6),
        ("SELECT 1;\nSELECT 'open\n", 2, 1),
        ("SELECT 1;\n  CREATE TABL t (a INT)", 2, 3),
        ("CREATE TABLE t (\n  a INT\n) PARTITION BYY (a)", 1, 1),
    ],
)
def test_sql_says_where_the_trouble_is(code: str, line: int, column: int) -> None:
    """A statement that does not parse, or that the parser would pass through unread, is found at its place."""
    found = problems("sql", code, "PostgreSQL")

    assert [(problem.line, problem.column) for problem in found] == [(line, column)], found


def test_console_command_goes_on_after_a_backslash() -> None:
    """A command ends with its last line that is not continued; what it printed belongs to none."""
    code = "$ docker run \\\n    --rm alpine\nhello\n$ cat <<EOF\n> a\n> EOF\na\n"

    assert [(line, text) for line, _, text in commands(code)] == [(1, "docker run \\\n    --rm alpine\n"), (4, "cat <<EOF\na\nEOF\n")]


def test_aliases_lead_to_languages() -> None:
    """Every alias stands for a name that the site uses, and is none itself."""
    names = PARSERS.keys() | FREE | DRAWN

    assert set(ALIASES.values()) <= names
    assert not ALIASES.keys() & names


@pytest.mark.parametrize(("written", "right"), [("yml", "yaml"), ("Python", "python"), ("sh", "bash"), ("python", ""), ("rego", ""), ("text", "")])
def test_alias_has_one_right_name(written: str, right: str) -> None:
    """An alias, or another case, has the one right name; right and unknown names have none."""
    assert right_name(written) == right


@pytest.mark.parametrize(
    ("title", "says_so"), [("not checked: Flink SQL", True), ("not checked:", False), ("not checked", False), ("a: not checked: b", False)]
)
def test_unchecked_needs_a_reason(title: str, says_so: bool) -> None:
    """A title begins with `not checked:` and a reason."""
    assert unchecked(title) is says_so


def test_parsers_are_imported_when_needed() -> None:
    """Asking about YAML does not import the SQL parser."""
    code = "import sys; from guidebook.languages import problems; problems('yaml', 'a: 1'); print('sqlglot' in sys.modules)"
    scripts = Path(__file__).resolve().parent.parent / "scripts"

    assert subprocess.run([sys.executable, "-c", code], cwd=scripts, capture_output=True, text=True, check=True).stdout == "False\n"
