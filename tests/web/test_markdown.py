"""Statements as HTML: what authors may write, and what never gets through."""

from html.parser import HTMLParser

import pytest

from server.web.highlight import highlighted_lines
from server.web.markdown import plain_inline, render, render_inline


class _Elements(HTMLParser):
    """What a browser would make of a piece of HTML: its elements, their attributes, and a formula's source."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self.source: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.names.append(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.source = dict(attrs).get("alttext", self.source)


def test_formulas_become_mathml() -> None:
    """A formula is drawn by the browser, with its source for readers without."""
    html = str(render(r"Size $n - k + 1$" + "\n\n" + r"$$\frac{1}{2}$$"))

    assert 2 == html.count("<math ")
    assert 'alttext="n - k + 1"' in html
    assert "<mfrac>" in html


@pytest.mark.parametrize("formula", [r"\frac{", r"\left( x", "x^", r"\begin{matrix}", "}", r"\unknown{x}"])
def test_a_broken_formula_takes_no_page_away(formula: str) -> None:
    """What the converter cannot read is shown as it was written, or as well as it can."""
    assert render_inline(f"${formula}$")


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{<b>}",
        r"\text{&lt;b>}",
        r"\text{&amp;lt;b>}",
        r'\color{x"><b>}{y}',
        r"\color{x&quot;>&lt;b>}{y}",
        r'\text{<form/hx-post="/people/1"/hx-trigger="load">}',
        r"\text{</mtext></math><b>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{btn}{x}",
    ],
)
def test_a_formula_is_made_of_mathml_alone(formula: str) -> None:
    """Whatever stands in a formula is drawn as text: no element, no address and no style of the author's comes out."""
    html = str(render_inline(f"${formula}$"))
    seen = _Elements()
    seen.feed(html)

    assert set(seen.names) <= {"span", "math", "mrow", "mtext", "mstyle", "mi", "mo"}
    assert seen.attributes <= {("span", "class"), *(("math", one) for one in ("xmlns", "display", "alttext"))} | {
        ("mstyle", "mathcolor")
    }
    assert formula == seen.source


def test_what_a_formula_says_stays_as_it_was_written() -> None:
    """Signs that HTML keeps for itself are shown: less, greater, and, in a text too."""
    html = str(render_inline(r"$a < b \And \text{c < d & e}$"))

    assert "<mo>&lt;</mo>" in html
    assert "<mtext>c\u00a0&lt;\u00a0d\u00a0&amp;\u00a0e</mtext>" in html


def test_dollars_in_prose_are_no_formulas() -> None:
    """Prices stay prices."""
    assert "<math" not in render("It costs $5, not $6.")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](javascript:alert(1))",
        "`<b>`",
        "$<script>$",
        "```python\n<script>\n```",
        '| a |\n|---|\n| <i onclick="x"> |',
    ],
)
def test_raw_html_is_shown_and_never_obeyed(hostile: str) -> None:
    """An imported statement cannot run anything."""
    html = str(render(hostile))

    assert "<script" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert "<i onclick" not in html
    assert "<b>" not in html


def test_tables_scroll_and_align_without_style_attributes() -> None:
    """The page forbids style attributes, so alignment is a class."""
    html = str(render("| a | b |\n|---|--:|\n| 1 | 2 |"))

    assert '<td class="r">2</td>' in html
    assert " style=" not in html
    assert '<div class="scroll" tabindex="0">' in html


def test_lines_are_counted_as_the_editor_counts_them() -> None:
    """Form feeds and Unicode separators end no line; an empty file has no line."""
    assert 3 == len(highlighted_lines("a = 1\x0c\n'''\u2028'''\n# end\n"))
    assert [] == highlighted_lines("")
    assert '<span class="k">import</span> os' == highlighted_lines("import os\n")[0]


def test_headings_begin_below_the_title_and_skip_no_level() -> None:
    """However an author jumps, readers who go by headings find one below the other."""
    html = str(render("# A\n\n#### B\n\n##### C\n\n## D\n\n### E\n\n# F"))

    assert ["h2", "h3", "h4", "h2", "h3", "h2"] == [part[:2] for part in html.split("<")[1:] if part[0] == "h"]


def test_a_line_is_said_without_its_formulas_source() -> None:
    """A label in a picture shows what a formula says, not how it is written."""
    assert "Is ReLU(11) ≤ a & b?" == plain_inline(r"Is $\mathrm{ReLU}(11)$ ≤ `a & b`?")
