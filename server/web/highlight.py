"""Python source as HTML, coloured by five classes (``k s n o f``) that the editor uses as well."""

from markupsafe import Markup, escape
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "o"),
    (String, "s"),
    (Number, "n"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Function, "f"),
    (Name.Builtin.Pseudo, "k"),
)


def _class_of(token: _TokenType) -> str | None:
    """Return the class of one kind of token, None for plain text."""
    return next((name for kind, name in _CLASSES if token in kind), None)  # type: ignore[comparison-overlap]


def highlighted_lines(source: str) -> list[Markup]:
    r"""Return each line of ``source`` as coloured HTML, without its line end.

    Lines are counted as Python and the editor count them: only ``\n`` ends one.
    """
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    lines: list[list[str]] = [[]]
    for token, text in lexer.get_tokens(source):
        css = _class_of(token)
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append(f'<span class="{css}">{escape(part)}</span>' if css else str(escape(part)))
    html = [Markup("".join(parts)) for parts in lines]  # noqa: S704 - every part was escaped above
    return html[:-1] if source.endswith("\n") or not source else html


def highlighted(source: str) -> Markup:
    """Return ``source`` as coloured HTML."""
    return Markup("\n").join(highlighted_lines(source))
