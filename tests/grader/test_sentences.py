"""Every sentence for students: in both languages, with the punctuation of each, and nothing left unfilled."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.causes import CALLED_ON, ENDINGS, FLOOD_MIB, PROBLEMS
from grader.hints import ERROR_ROWS, WARNING_ROWS
from grader.hints.table import placeholders
from sandbox.contract import Limits

GRADER = Path(__file__).resolve().parents[2] / "grader"
HAN = "[\u4e00-\u9fff]"

#: Code within a sentence keeps its own punctuation, also where a Chinese word stands for a value.
CODE = re.compile(r"[A-Za-z_][\w.]*\((?:[^()]|\([^()]*\))*\)")
HALF_WIDTH = re.compile(rf"{HAN}[,:;?!()]|[,:;?!)]{HAN}")
ENDS = {"zh": ("。", "？", "！", "：", "{message}", "{detail}"), "en": (".", "?", "!", ":", "{message}", "{detail}")}


def modules() -> list[Path]:
    """Return the modules that hold sentences."""
    return [path for path in sorted(GRADER.rglob("*.py")) if "inside" not in path.parts]


def literal(node: ast.expr) -> str | None:
    """Return the text of a string literal; the values of an f-string become a placeholder."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values)
    return None


def pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Yield Chinese and English of each ``Text(zh=..., en=...)`` and ``both(zh, en, ...)`` of literals."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        named = {one.arg: one.value for one in node.keywords}
        sentences: list[ast.expr] = list(node.args[:2]) if node.func.id == "both" else []
        if node.func.id == "Text" and {"zh", "en"} <= set(named):
            sentences = [named["zh"], named["en"]]
        texts = [literal(one) for one in sentences]
        if len(texts) == 2 and texts[0] is not None and texts[1] is not None:
            yield texts[0], texts[1]


def all_pairs() -> list[tuple[str, str, str]]:
    """Return where each pair of sentences stands, and the pair."""
    found = [(path.name, zh, en) for path in modules() for zh, en in pairs(path)]
    found += [(f"hint {row.id}", row.zh, row.en) for row in (*ERROR_ROWS, *WARNING_ROWS)]
    for table in (PROBLEMS, ENDINGS):
        for word, (zh, en, hint_zh, hint_en) in table.items():
            found += [(word, zh, en), (word, hint_zh, hint_en)]
    return found


PAIRS = all_pairs()


def test_there_are_sentences_to_read() -> None:
    """The search finds what there is."""
    assert len(PAIRS) > 250


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_chinese_sentences_have_chinese_punctuation(path: Path) -> None:
    """A half-width comma, colon or bracket never touches a Chinese character, code apart."""
    texts = [
        literal(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.expr)
    ]
    chinese = [text for text in texts if text is not None and re.search(HAN, text)]

    assert [] == [text for text in chinese if HALF_WIDTH.search(CODE.sub("code", text))]


def test_hints_have_chinese_punctuation() -> None:
    """The same for the table."""
    assert [] == [(where, zh) for where, zh, _ in PAIRS if HALF_WIDTH.search(CODE.sub("code", zh))]


def test_both_languages_say_the_same() -> None:
    """Both sentences of a pair take the same values; one that is a sentence itself is named ``zh_`` and ``en_``."""
    uneven = [
        (where, zh, en)
        for where, zh, en in PAIRS
        if {name.removeprefix("zh_") for name in placeholders(zh)}
        != {name.removeprefix("en_") for name in placeholders(en)}
    ]

    assert [] == uneven


def test_sentences_end() -> None:
    """A sentence ends as sentences do in its language, and in both or in neither: some are parts of a sentence."""
    uneven = [(where, zh, en) for where, zh, en in PAIRS if zh.endswith(ENDS["zh"]) != en.endswith(ENDS["en"])]

    assert [] == uneven


def test_languages_are_not_mixed_up() -> None:
    """The first is Chinese and the second is not, however short."""
    mixed = [(where, zh, en) for where, zh, en in PAIRS if re.search(HAN, en)]

    assert [] == mixed


def test_a_stopped_run_is_told_what_it_was_doing_and_the_limit() -> None:
    """What a run was called on is said in both languages; what it may print is what the sandbox allows."""
    assert all(re.search(HAN, zh) and not re.search(HAN, en) for zh, en in CALLED_ON.values())
    assert Limits().flood_bytes >> 20 == FLOOD_MIB
