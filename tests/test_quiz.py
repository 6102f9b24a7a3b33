"""Quizzes: fence → card, card → form."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown import Markdown

from guidebook import quiz
from guidebook.model import Card, Diagnostic
from guidebook.parse import parse_page
from guidebook.parts import Parts, prepare

QUORUM = """\
With N = 3, R = 2 and W = 2, what may a read return?

- [x] The old or the new value
    Only one replica may have the write; see [quorums](DistributedSystems.md#quorums).
- [ ] Only the new value, since the `quorums` overlap
    Overlap holds for completed writes.
"""
SEVERAL = """\
Which hold?

Take the figures above.

- [x] One
    Because.

    Two paragraphs.
- [X] Two
    Because.
- [ ] Three
    No.
"""


def fenced(*codes: str) -> str:
    return "# Page\n\n## Check yourself\n\n" + "\n\n".join(f"```quiz\n{code}```" for code in codes) + "\n"


def parsed(code: str) -> Card | list[Diagnostic]:
    return quiz.parse_card(parse_page("docs/A.md", fenced(code)).fences[0])


def card(code: str) -> Card:
    found = parsed(code)
    assert isinstance(found, Card), found
    return found


def rendered(text: str) -> str:
    """The page as the site's Markdown turns it into HTML."""
    extensions = ["md_in_html", "attr_list", "tables", "pymdownx.superfences", Parts()]
    return Markdown(extensions=extensions).convert(prepare(parse_page("docs/A.md", text)))


def test_card_has_question_options_and_reasons() -> None:
    """A well-formed fence is a card, in the order of the source."""
    found = card(QUORUM)

    assert found.question == "With N = 3, R = 2 and W = 2, what may a read return?"
    assert [(option.text, option.right) for option in found.options] == [
        ("The old or the new value", True),
        ("Only the new value, since the `quorums` overlap", False),
    ]
    assert found.options[1].why == "Overlap holds for completed writes."


def test_card_knows_its_place() -> None:
    """A card lies at its fence, in its section; an option at its own line."""
    found = card(QUORUM)

    assert (str(found.location), found.section) == ("docs/A.md:5:1", "check-yourself")
    assert [option.location.line for option in found.options] == [8, 10]


def test_card_may_have_several_paragraphs() -> None:
    """Question and reason keep their paragraphs; a capital X is right as well."""
    found = card(SEVERAL)

    assert found.question == "Which hold?\n\nTake the figures above."
    assert found.options[0].why == "Because.\n\nTwo paragraphs."
    assert [option.right for option in found.options] == [True, True, False]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("- [x] A\n    Why.\n- [ ] B\n    Why.\n", "no question"),
        ("Why?\n", "no options"),
        ("Why?\n\n- [ ] A\n    Why.\n- [ ] B\n    Why.\n", "no option of this quiz is right"),
        ("Why?\n\n- [x] A\n    Why.\n- [ ] B\n", "does not say why"),
        ("Why?\n\n- [x] A\n    Why.\n- [ ] A\n    Why.\n", "stands here 2 times"),
        ("Why?\n\n- [x]\n    Why.\n- [ ] A\n    Why.\n", "is empty"),
        ("", "no question"),
    ],
)
def test_malformed_card_is_findings(code: str, message: str) -> None:
    """What is missing is said, and nothing raises."""
    found = parsed(code)

    assert isinstance(found, list) and any(message in finding.message for finding in found)


def test_ids_are_unique_on_a_page_and_stable() -> None:
    """The same question twice has two ids; a question keeps its id when its options change."""
    once, again = card(QUORUM), card(QUORUM.replace("Overlap holds", "It holds"))

    assert len(set(quiz.ids([once, card(SEVERAL), again]))) == 3
    assert quiz.ids([once]) == quiz.ids([again])


def test_form_has_one_input_a_label_each() -> None:
    """Each option is a native input with a label of its own."""
    html = rendered(fenced(QUORUM))
    inputs, labels = re.findall(r'<input type="radio" name="[^"]+" id="([^"]+)"', html), re.findall(r'<label for="([^"]+)"', html)

    assert inputs == labels and len(inputs) == 2


def test_form_of_several_right_options_has_check_boxes() -> None:
    """Where more than one is right, more than one can be chosen, and the reader is told."""
    html = rendered(fenced(SEVERAL))

    assert html.count('type="checkbox"') == 3
    assert "More than one is right." in html


def test_form_has_its_answer_in_a_closed_disclosure() -> None:
    """Without JavaScript the answer, with every reason, is one key away."""
    html = rendered(fenced(QUORUM))
    answer = html[html.index("<details>") : html.index("</details>")]

    assert "<summary>Answer</summary>" in answer
    assert "Overlap holds for completed writes." in answer and "Only one replica may have the write" in answer


def test_form_renders_markdown_everywhere() -> None:
    """Question, options and reasons may hold links and code."""
    html = rendered(fenced(QUORUM, "Is `a | b` *right*?\n\n- [x] A\n    Yes.\n- [ ] B\n    No.\n"))

    assert '<a href="DistributedSystems.md#quorums">quorums</a>' in html
    assert "<code>quorums</code>" in html
    assert "Is <code>a | b</code> <em>right</em>?" in html


def test_form_stands_where_its_fence_stood() -> None:
    """Text before and after a quiz stays there, comments in it go."""
    html = rendered("Before.\n\n" + fenced(QUORUM.replace("3,", "3<!--= 1 + 2 -->,")) + "\nAfter.\n")

    assert html.index("Before.") < html.index("<fieldset>") < html.index("After.")
    assert "N = 3, R" in html and "<!--" not in html


def test_form_is_well_nested() -> None:
    """Every element that is opened is closed in order."""
    open_tags: list[str] = []

    class Nesting(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("input", "br"):
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Nesting().feed(rendered(fenced(QUORUM, SEVERAL)))
    assert open_tags == []


def test_malformed_quiz_is_left_as_it_is() -> None:
    """A preview shows a malformed quiz as code; the check says what is wrong."""
    assert "Why?" in rendered(fenced("Why?\n")) and "<fieldset>" not in rendered(fenced("Why?\n"))
