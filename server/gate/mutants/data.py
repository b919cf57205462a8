"""Kinds about reading and labelling data: scale, colours, sizes, one-hot columns, rows that do not match."""

import ast
from collections.abc import Callable, Iterator

from server.gate.mutants.kind import Area, Change, Kind, Rewrite, kind
from server.gate.mutants.tree import (
    argument,
    called,
    calls,
    expression,
    replaced,
    text_of,
    with_argument,
    with_fields,
)

WHITE = 255  #: the brightest value of a pixel


def _scaling(change: Callable[[str], str]) -> Rewrite:
    """Scale pixels in another way than dividing by 255."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _number(node.right) == WHITE:
            yield expression(change(f"({text_of(node.left)})")), node.lineno

    return rewrite


def _number(node: ast.AST) -> float | None:
    """Return a number that stands in the code as such."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if type(value) in {int, float} else None  # type: ignore[return-value]


def _around(name: str, template: str) -> Rewrite:
    """Put more around what a call returns; ``{}`` is the call."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) == name:
            yield expression(template.format(text_of(node))), node.lineno

    return rewrite


def _another_argument(name: str, keyword: str, value: str) -> Rewrite:
    """Give a call an argument."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) == name:
            yield with_argument(node, keyword, expression(value)), node.lineno

    return rewrite


def _read_as(flag: str) -> Rewrite:
    """Read pictures with another flag."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Call) and called(node) == "imread" and len(node.args) == 1:
            yield with_fields(node, args=[*node.args, expression(flag)]), node.lineno

    return rewrite


def _sized(change: Callable[[str, str], str]) -> Rewrite:
    """Resize to another size; ``change`` is given width and height as code."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        size = argument(node, "dsize") if isinstance(node, ast.Call) and called(node) == "resize" else None
        if isinstance(node, ast.Call) and isinstance(size, ast.Tuple):
            width, height = (text_of(item) for item in size.elts)
            yield with_argument(node, "dsize", expression(change(width, height))), node.lineno

    return rewrite


def _half_precision(node: ast.AST) -> Iterator[Change]:
    """Keep numbers in half precision."""
    if isinstance(node, ast.Constant) and node.value == "float32":
        yield expression("'float16'"), node.lineno
    if isinstance(node, ast.Attribute) and node.attr == "float32":
        yield with_fields(node, attr="float16"), node.lineno


def _inverted(node: ast.AST) -> Iterator[Change]:
    """Turn a condition around."""
    if isinstance(node, ast.If | ast.IfExp):
        yield with_fields(node, test=expression(f"not ({text_of(node.test)})")), node.test.lineno


def _word_in(node: ast.AST) -> ast.Compare | None:
    """Return a comparison ``'word' in something``."""
    if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Constant):
        return None
    return node if isinstance(node.left.value, str) and isinstance(node.ops[0], ast.In) else None


def _only_at_the_start(node: ast.AST) -> Iterator[Change]:
    """Look for a word at the start of a name only."""
    if (found := _word_in(node)) is not None:
        yield expression(f"{text_of(found.comparators[0])}.startswith({text_of(found.left)})"), found.lineno


def _in_the_path(node: ast.AST) -> Iterator[Change]:
    """Look for a word in the whole path instead of the name."""
    if not isinstance(node, ast.FunctionDef) or not node.args.args:
        return
    folder = node.args.args[0].arg
    for inner in ast.walk(node):
        if (found := _word_in(inner)) is not None:
            name = text_of(found.comparators[0])
            wider = with_fields(found, comparators=[expression(f"str({folder}) + '/' + {name}")])
            yield replaced(node, found, wider), found.lineno


def _cell(node: ast.AST) -> tuple[ast.Subscript, ast.Tuple] | None:
    """Return the cell of a table that an assignment fills, with its row and column."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Subscript):
        return None
    target = node.targets[0]
    return (target, target.slice) if isinstance(target.slice, ast.Tuple) and len(target.slice.elts) > 1 else None


def _other_column(node: ast.AST) -> Iterator[Change]:
    """Fill the other of two columns."""
    found = _cell(node)
    column = None if found is None else _number(found[1].elts[1])
    if isinstance(node, ast.Assign) and found is not None and column in {0, 1}:
        cells = with_fields(found[1], elts=[found[1].elts[0], expression(str(1 - int(column or 0)))])
        yield with_fields(node, targets=[with_fields(found[0], slice=cells)]), node.lineno


def _columns_swapped(node: ast.AST) -> Iterator[Change]:
    """Fill each of two columns where the other is meant, all in one mutant."""
    if not isinstance(node, ast.FunctionDef):
        return
    changed, lines = node, []
    for inner in ast.walk(node):
        for other, line in _other_column(inner):
            changed = replaced(changed, inner, other)
            lines.append(line)
    if len(lines) > 1:
        yield changed, lines[0]


def _other_value(value: str) -> Rewrite:
    """Fill a cell with another number."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Assign) and _cell(node) is not None:
            yield with_fields(node, value=expression(value)), node.lineno

    return rewrite


def _row_before(node: ast.AST) -> Iterator[Change]:
    """Fill the row before the one that is meant."""
    found = _cell(node)
    if isinstance(node, ast.Assign) and found is not None:
        row, column = found[1].elts[:2]
        cells = with_fields(found[1], elts=[expression(f"{text_of(row)} - 1"), column])
        yield with_fields(node, targets=[with_fields(found[0], slice=cells)]), node.lineno


def _pair_returned(change: Callable[[str, str], str]) -> Rewrite:
    """Return two values in another way than they are meant; ``change`` is given both as code."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        value = node.value if isinstance(node, ast.Return) else None
        if isinstance(node, ast.Return) and isinstance(value, ast.Tuple) and len(value.elts) == 2:  # noqa: PLR2004
            first, second = (text_of(item) for item in value.elts)
            yield with_fields(node, value=expression(change(first, second))), node.lineno

    return rewrite


def _loop_over(template: str) -> Rewrite:
    """Go through fewer files than there are."""

    def rewrite(node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.For):
            for call in calls(node.iter, frozenset({"listdir"})):
                wider = expression(template.format(text_of(call)))
                yield with_fields(node, iter=replaced(node.iter, call, wider)), node.lineno

    return rewrite


D = Area.DATA
DATA: tuple[Kind, ...] = (
    kind("scale-missing", D, _scaling(lambda x: x), zh="没有除以 255", en="Not divided by 255"),
    kind("scale-256", D, _scaling(lambda x: f"{x} / 256"), zh="除以 256", en="Divided by 256"),
    kind("scale-signed", D, _scaling(lambda x: f"{x} / 127.5 - 1"), zh="缩放到 -1 到 1", en="Scaled to -1 and 1"),
    kind("scale-whole", D, _scaling(lambda x: f"{x} // 255"), zh="用了整除", en="Divided without a remainder"),
    kind("half-precision", D, _half_precision, zh="半精度", en="Half precision"),
    kind("rgb", D, _around("imread", "cv2.cvtColor({}, cv2.COLOR_BGR2RGB)"), zh="颜色换成 RGB", en="RGB"),
    kind("mirrored", D, _around("imread", "cv2.flip({}, 1)"), zh="左右翻转", en="Mirrored"),
    kind("turned", D, _around("resize", "cv2.transpose({})"), zh="行列互换", en="Rows and columns exchanged"),
    kind("grey", D, _read_as("cv2.IMREAD_GRAYSCALE"), zh="读成灰度图", en="Read as grey"),
    kind("reduced", D, _read_as("cv2.IMREAD_REDUCED_COLOR_2"), zh="读成一半大小", en="Read at half the size"),
    kind("size-swapped", D, _sized(lambda w, h: f"({h}, {w})"), zh="宽高写反", en="Width and height swapped"),
    kind("size-half", D, _sized(lambda w, h: f"({w} // 2, {h} // 2)"), zh="缩放到一半", en="Half the size"),
    kind("resize-area", D, _another_argument("resize", "interpolation", "cv2.INTER_AREA"),
         zh="区域插值", en="Area interpolation"),
    kind("resize-nearest", D, _another_argument("resize", "interpolation", "cv2.INTER_NEAREST"),
         zh="最近邻插值", en="Nearest neighbour"),
    kind("condition-inverted", D, _inverted, zh="条件写反", en="Condition turned around"),
    kind("word-at-start", D, _only_at_the_start, zh="只看名字开头", en="Looks at the start of the name"),
    kind("word-in-path", D, _in_the_path, zh="看了整个路径", en="Looks at the whole path"),
    kind("column-other", D, _other_column, zh="填到另一列", en="The other column"),
    kind("columns-swapped", D, _columns_swapped, zh="两列互换", en="Both columns swapped"),
    kind("label-two", D, _other_value("2"), zh="填了 2", en="Filled with 2"),
    kind("label-never", D, _other_value("0"), zh="没有填 1", en="Never filled"),
    kind("row-before", D, _row_before, zh="填到上一行", en="The row before"),
    kind("one-file-missing", D, _loop_over("{}[1:]"), zh="漏掉一张", en="One file left out"),
    kind("pair-swapped", D, _pair_returned(lambda a, b: f"({b}, {a})"),
         zh="返回值顺序反了", en="Returned in the wrong order"),
    kind("pair-rows-reversed", D, _pair_returned(lambda a, b: f"({a}[::-1], {b})"),
         zh="图片与标签的行不对应", en="Rows of one part reversed"),
    kind("pair-one-only", D, _pair_returned(lambda a, _: a), zh="只返回一个", en="Only one of two returned"),
    kind("pair-as-list", D, _pair_returned(lambda a, b: f"(list({a}), {b})"),
         zh="返回列表", en="A list instead of an array"),
    kind("pair-channels-first", D, _pair_returned(lambda a, b: f"(np.moveaxis({a}, -1, 1), {b})"),
         zh="通道放在前面", en="Channels first"),
    kind("pair-flat", D, _pair_returned(lambda a, b: f"({a}.reshape(len({a}), -1), {b})"),
         zh="图片被拉平", en="Flattened"),
    kind("pair-class-numbers", D, _pair_returned(lambda a, b: f"({a}, np.argmax({b}, axis=1))"),
         zh="返回类别编号", en="Class numbers for one-hot"),
)  # fmt: skip
