"""An author's Markdown as HTML: tables, coloured Python, formulas as MathML. Raw HTML is shown, never obeyed."""

from collections.abc import Sequence
from functools import cache
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from server.web.glossary import Word, explain, word_id
from server.web.highlight import highlighted

#: What an author may not set on a part of a formula: where it leads, how it looks, what the page's scripts take it for.
FORBIDDEN = ("href", "style", "class")


def _formula(latex: str, options: dict[str, Any]) -> str:
    """Return one formula as MathML; its source stays in ``alttext`` for readers without it.

    The converter's own text is no HTML to trust: it writes symbols as entities and undoes every escape afterwards, an
    author's too. So its tree is taken, and escaped here.
    """
    try:
        tree = convert_to_element(latex, display="block" if options["display_mode"] else "inline")
    except Exception:  # noqa: BLE001 - the converter's errors share no base; show the formula as it was written
        return f"<code>{escape(latex)}</code>"
    for node in tree.iter():
        node.text, node.tail = unescape(node.text or ""), unescape(node.tail or "")
        for name in FORBIDDEN:
            node.attrib.pop(name, None)
    tree.set("alttext", latex)
    return ET.tostring(tree, encoding="unicode")


def _fence(
    _renderer: RendererProtocol, tokens: list[Token], index: int, _options: OptionsDict, _env: dict[str, Any]
) -> str:
    """Return a code block; it can be reached by keyboard because it may scroll."""
    token = tokens[index]
    python = token.info.strip().split(" ")[0] in {"python", "py"}
    code = token.content.rstrip("\n")
    return f'<pre class="block" tabindex="0">{highlighted(code) if python else escape(code)}</pre>\n'


def _table_open(
    _renderer: RendererProtocol, _tokens: list[Token], _index: int, _options: OptionsDict, _env: dict[str, Any]
) -> str:
    """Open a table inside a box that scrolls on a phone."""
    return '<div class="scroll" tabindex="0"><table>\n'


def _table_close(
    _renderer: RendererProtocol, _tokens: list[Token], _index: int, _options: OptionsDict, _env: dict[str, Any]
) -> str:
    """Close what :func:`_table_open` opened."""
    return "</table></div>\n"


@cache
def _parser() -> MarkdownIt:
    """Return the one parser."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, allow_labels=False, allow_digits=False, double_inline=True, renderer=_formula)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("code_block", _fence)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def render(markdown: str) -> Markup:
    """Return a statement as HTML, with the words of its list explained where they stand first.

    A first-level heading becomes a second-level one, as the page has its own title; and no level is skipped below it.
    """
    tokens = _parser().parse(markdown)
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(max(2, int(token.tag[1:])), level + 1)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"
        if token.type in {"th_open", "td_open"} and "right" in str(token.attrs.pop("style", "")):
            token.attrs["class"] = "r"  # alignment by class: the page forbids style attributes
    words = explain(tokens)
    parser = _parser()
    html = parser.renderer.render(tokens, parser.options, {})
    return Markup(html + _pop_ups(words))  # noqa: S704 - html is off in the parser


def _pop_ups(words: Sequence[Word]) -> str:
    """Return what opens where a word is marked."""
    parser = _parser()
    renderer: Any = parser.renderer
    return "".join(
        f'<div class="term-pop" id="{word_id(number)}" popover><b>{escape(word.name)}</b> '
        f"{renderer.renderInline(list(word.meaning), parser.options, {})}</div>"
        for number, word in enumerate(words, 1)
    )


def plain_inline(markdown: str) -> str:
    """Return the same line as text alone, for where no HTML can stand: a label in a picture."""
    return render_inline(markdown).striptags()


def parsed(markdown: str) -> list[Token]:
    """Return Markdown as tokens, for a caller who changes some of them before they are drawn."""
    return _parser().parse(markdown)


def drawn(tokens: Sequence[Token]) -> Markup:
    """Return tokens of :func:`parsed` as HTML."""
    parser = _parser()
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - html is off in the parser


def render_inline(markdown: str) -> Markup:
    """Return one line of an author's Markdown (a question, an option) as HTML without a paragraph around it."""
    return Markup(_parser().renderInline(markdown))  # noqa: S704 - html is off in the parser
