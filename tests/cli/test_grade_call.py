"""``beginend grade``: wrong calls end with a sentence and 2; quizzes need no sandbox and speak the JSON contract."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exercises import load_catalogue

ROOT = Path(__file__).resolve().parent.parent.parent
QUIZ = "backpropagation"

#: DESIGN's verdict object; keys may be added, none may go.
VERDICT_KEYS = {
    "schema",
    "exercise",
    "file",
    "submission_sha256",
    "outcome",
    "score",
    "checks",
    "error",
    "state",
    "fault",
    "stdout",
    "environment",
    "timing_ms",
}
CHECK_KEYS = {"id", "kind", "outcome", "weight", "expected", "actual", "message", "hint"}


@pytest.fixture
def answers() -> dict[str, list[str]]:
    """Return the right answers of the quiz."""
    bundle = load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")[QUIZ]
    return {question: list(answer.accepted) for question, answer in bundle.answers.items()}


def written(folder: Path, content: object) -> Path:
    """Write a JSON file."""
    file = folder / "answers.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_unknown_exercise_names_those_that_exist(beginend: Callable[..., Any], tmp_path: Path) -> None:
    """A misspelt id ends with 2 and the list of ids."""
    called = beginend("grade", "cnn-digit", written(tmp_path, {}))

    assert 2 == called.exit_code
    assert "cnn-digits" in called.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--only", "colour"], "no check kind 'colour'"),
        (["--skip", "quiz"], "Nothing is left to check"),
        (["--only", "accuracy"], "Nothing is left to check"),
        (["--whole-file"], "--whole-file"),
        (["--mode", "hot"], "--mode hot"),
    ],
)
def test_wrong_calls_say_what_is_wrong(
    beginend: Callable[..., Any], tmp_path: Path, words: list[str], sentence: str
) -> None:
    """A call that cannot be carried out ends with 2 and a sentence."""
    called = beginend("grade", QUIZ, written(tmp_path, {}), *words)

    assert 2 == called.exit_code
    assert sentence in called.stderr


def test_missing_file_is_named(beginend: Callable[..., Any], tmp_path: Path) -> None:
    """A file that does not exist is a wrong call."""
    called = beginend("grade", QUIZ, tmp_path / "none.json")

    assert 2 == called.exit_code
    assert "none.json" in called.stderr


def test_right_answers_pass_and_speak_the_contract(
    beginend: Callable[..., Any], tmp_path: Path, answers: dict[str, list[str]]
) -> None:
    """All right: exit 0, one JSON object with every key of the contract, a check for each question."""
    called = beginend("grade", QUIZ, written(tmp_path, answers), "--json")
    verdict = json.loads(called.stdout)

    assert 0 == called.exit_code
    assert set() == VERDICT_KEYS - set(verdict)
    assert ("passed", 1.0, "done") == (verdict["outcome"], verdict["score"], verdict["state"])
    assert set(answers) == {check["id"] for check in verdict["checks"]}
    assert all(set() == CHECK_KEYS - set(check) for check in verdict["checks"])


def test_a_wrong_answer_fails_and_keeps_the_right_one_to_itself(
    beginend: Callable[..., Any], tmp_path: Path, answers: dict[str, list[str]]
) -> None:
    """One wrong answer: exit 1, that check failed, its expected answer null."""
    question = next(iter(answers))
    called = beginend("grade", QUIZ, written(tmp_path, {**answers, question: []}), "--json")
    verdict = json.loads(called.stdout)
    check = next(check for check in verdict["checks"] if check["id"] == question)

    assert 1 == called.exit_code
    assert "failed" == verdict["outcome"]
    assert ("failed", None) == (check["outcome"], check["expected"])


@pytest.mark.parametrize("content", [{"no-such-question": ["a"]}, {"q": "a"}, ["a"], "text"])
def test_answers_that_do_not_fit_are_rejected_with_a_sentence(
    beginend: Callable[..., Any], tmp_path: Path, content: object
) -> None:
    """What is no set of answers is an outcome of its own, with a sentence in both languages."""
    called = beginend("grade", QUIZ, written(tmp_path, content), "--json")
    verdict = json.loads(called.stdout)

    assert 1 == called.exit_code
    assert "rejected" == verdict["outcome"]
    assert verdict["error"]["message"]
    assert verdict["error"]["hint"]["zh"]


def test_several_files_give_a_line_each(
    beginend: Callable[..., Any], tmp_path: Path, answers: dict[str, list[str]]
) -> None:
    """Each file gets its own object, in the order of the call."""
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(json.dumps(answers), encoding="utf-8")
    second.write_text("{}", encoding="utf-8")
    called = beginend("grade", QUIZ, first, second, "--json")
    verdicts = [json.loads(line) for line in called.stdout.splitlines()]

    assert 1 == called.exit_code
    assert [(str(first), "passed"), (str(second), "failed")] == [(v["file"], v["outcome"]) for v in verdicts]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_speaks_the_readers_language(
    beginend: Callable[..., Any], tmp_path: Path, answers: dict[str, list[str]], language: str
) -> None:
    """Without --json a person reads a report in Chinese or English."""
    called = beginend("grade", QUIZ, written(tmp_path, answers), "--lang", language)

    assert {"zh": "通过", "en": "passed"}[language] in called.stdout
