"""Both catalogues say everything, and the language of an answer is chosen as promised."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.contract import SubmissionOutcome
from server.database.models import Role, State
from server.web.locale import UnknownMessage, pick_language, speaker
from server.web.views.staff.audit import action_word

ROOT = Path(__file__).resolve().parent.parent.parent
WEB = ROOT / "server" / "web"
#: ``noun.verb``, as deeds are called in the audit.
DEED = re.compile(r"[a-z]+(\.[a-z_-]+)+")
KEY = re.compile(r"^([a-z][\w-]*) =", re.MULTILINE)


def keys(language: str) -> set[str]:
    """Return the names of all messages of a catalogue."""
    return set(KEY.findall((WEB / "locale" / f"{language}.ftl").read_text("utf-8")))


def test_both_catalogues_have_the_same_messages() -> None:
    """Nobody reads a foreign page."""
    assert keys("zh") == keys("en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_message_is_written_twice(language: str) -> None:
    """Of two messages of one name the last would win, on pages that mean the first."""
    names = KEY.findall((WEB / "locale" / f"{language}.ftl").read_text("utf-8"))
    assert [] == [name for name in set(names) if names.count(name) > 1]


def test_every_message_that_is_asked_for_is_there() -> None:
    """Templates and views name messages that exist; the composed names exist for every state and outcome."""
    asked = set()
    for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        if "node_modules" not in path.parts:
            asked |= set(re.findall(r'say\("([a-z0-9-]+)"[,)]', path.read_text("utf-8")))
    asked |= {f"state-{state.value}" for state in State}
    asked |= {f"headline-{state.value}" for state in State if state is not State.DONE}
    asked |= {f"lead-{state.value}" for state in State if state is not State.DONE}
    asked |= {f"outcome-{outcome.value}" for outcome in SubmissionOutcome}
    asked |= {f"lead-{outcome.value}" for outcome in SubmissionOutcome if outcome.value not in {"passed", "failed"}}
    asked |= {f"role-{role.value}" for role in Role}
    asked |= {f"mark-{mark}" for mark in ("pass", "fail", "follow", "left", "todo", "error")}
    asked |= {f"phase-{phase}" for phase in ("queue", "run", "train", "check", "verdict")}

    assert set() == asked - keys("en")


def deeds() -> Iterator[str]:
    """Yield every action that some part of the server writes into the audit."""
    for path in WEB.parent.rglob("*.py"):
        if "node_modules" in path.parts or WEB in path.parents or "audit" not in path.read_text("utf-8"):
            continue
        tree = [*ast.walk(ast.parse(path.read_text("utf-8")))]
        modules = [
            (one.module or "", [name.name for name in one.names]) for one in tree if isinstance(one, ast.ImportFrom)
        ]
        if any(module == "server.audit" or (module == "server" and "audit" in names) for module, names in modules):
            texts = [one.value for one in tree if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield from (text for text in texts if DEED.fullmatch(text))


def test_every_deed_of_the_audit_has_its_words() -> None:
    """What was done is read in words, in both languages, and under no two names the same."""
    found = set(deeds())

    assert {"roster.change", "rescore.pause", "exercise.check.system_error"} <= found
    for language in ("zh", "en"):
        words = {action: action_word(action, speaker(language)) for action in found}
        assert [] == [action for action, word in words.items() if word == action]
        assert len(words) == len(set(words.values()))


def test_an_unknown_message_is_an_error() -> None:
    """A forgotten message shows in the tests, not as a strange word on a page."""
    with pytest.raises(UnknownMessage):
        speaker("en")("no-such-message")


def test_a_message_without_its_value_is_an_error() -> None:
    """So does a forgotten value."""
    with pytest.raises(UnknownMessage):
        speaker("en")("level")


@pytest.mark.parametrize(
    ("wishes", "accept", "expected"),
    [
        ((None, None), None, "zh"),
        (("en", "zh"), "zh", "en"),
        ((None, "en"), "zh", "en"),
        (("xx", None), "en-GB,en;q=0.9", "en"),
        ((None, None), "zh-TW,en;q=0.8", "zh"),
        ((None, None), "fr,en;q=0.8,zh;q=0.3", "en"),
        ((None, None), "en;q=0,zh;q=0.1", "zh"),
        ((None, None), "en;q=nonsense", "zh"),
        ((None, None), "*", "zh"),
    ],
)
def test_the_language_is_the_first_wish_that_we_speak(
    wishes: tuple[str | None, ...], accept: str | None, expected: str
) -> None:
    """By hand first, then the person, then the browser, then Chinese."""
    assert expected == pick_language(*wishes, accept=accept)


#: Not our words in Chinese, and the one that stands for each.
NOT_OURS = {
    "您": "你",
    "异议": "申诉",
    "习题": "练习",
    "测验": "小测",
    "道题": "练习 or 题目",
    "题库": "练习库",
    "正确率": "准确率",
}
#: Messages about a quiz's questions, the only things that are 题目.
ABOUT_QUESTIONS = re.compile(r"^(draft-|kind-|toml-)?questions?|^staff-(items|items-why|per-question|way-statistics)$")


def test_chinese_has_one_word_for_each_thing() -> None:
    """Readers are 你, an appeal is 申诉, an exercise 练习; 题目 is said of a quiz's questions only."""
    bundles = ROOT / "exercises" / "bundles"
    ours = [
        WEB.parent.rglob("*.py"),
        (ROOT / "grader").rglob("*.py"),
        bundles.glob("*/*.toml"),
        bundles.glob("*/*.zh.md"),
    ]
    files = [path for path in itertools.chain(*ours) if "node_modules" not in path.parts]
    texts = {str(path): path.read_text("utf-8") for path in files}
    texts["zh.ftl"] = (WEB / "locale" / "zh.ftl").read_text("utf-8")
    wrong = [(name, word) for name, text in texts.items() for word in NOT_OURS if word in text]
    catalogue = re.findall(r"^([a-z][\w-]*) =(.*(?:\n .*)*)", texts["zh.ftl"], re.MULTILINE)
    misnamed = [key for key, said in catalogue if "题目" in said and not ABOUT_QUESTIONS.search(key)]

    assert [] == wrong
    assert [] == misnamed
