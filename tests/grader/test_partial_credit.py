"""What was proven before a limit counts, and the finding names what ran out of what."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from gradertools import BundleWithData, finished

from grader import Outcome, Phase, Selection, check, verdict
from grader.causes import cause_of
from grader.contract import RunResult
from grader.evidence import capture_evidence
from grader.evidence.capture import ended_already, without_run

Loader = Callable[..., BundleWithData]

UNTRAINED = Selection(only=frozenset({"images", "one_hot", "parameters"}))
CALLING = {"stage.json": b'{"stage": "imported"}'}
FOLDERS = ("folder-a", "folder-b", "folder-c", "folder-d")


def stopped(ending: str, artifacts: Mapping[str, bytes] = CALLING) -> RunResult:
    """Return the result of a run that the sandbox stopped."""
    return RunResult(ending, None, None, (), "", artifacts, 1)


def evidence(kind: str, function: str, result: RunResult) -> dict[str, Any]:
    """Return the evidence of a run of a program of three lines."""
    return capture_evidence(kind, function, result, "x = 1\n" * 3, lambda artifacts: json.loads(artifacts["facts"]))


def test_a_function_that_never_ends_costs_its_own_checks(course_bundle: Loader) -> None:
    """get_train_data hangs: the model still earns its points, and the verdict is that the time ran out."""
    bundle = course_bundle("cats-vs-dogs")
    captures = {name: evidence("folder", "get_train_data", stopped("timed_out")) for name in FOLDERS}
    captures["model"] = evidence("model", "build_model", finished({"facts": b'{"parameters": 2775234}'}))
    gathered = {"version": 1, "captures": captures, "ending": "timed_out", "error": None}
    findings = check(bundle, gathered, UNTRAINED, Phase.TRAINING)
    outcomes = {one.id: one.outcome for one in findings if one.because != "left_out"}
    total = verdict(findings, gathered)

    assert {"images": Outcome.FAILED, "one-hot": Outcome.SKIPPED, "parameters": Outcome.PASSED} == outcomes
    assert "get_train_data() on the given folder of pictures did not end within the limit of 60 seconds." == (
        findings[0].message.en
    )
    assert ("timed_out", 0.2) == (total.outcome.value, total.score)


@pytest.mark.parametrize(
    ("kind", "artifacts", "said"),
    [
        ("model", {}, "Importing the program (the code outside functions) did not end within the limit of 60 seconds."),
        ("model", CALLING, "f() did not end within the limit of 60 seconds."),
        ("training", CALLING, "f() on the small practice model did not end within the limit of 60 seconds."),
        ("real_run", CALLING, "f() on the real pictures did not end within the limit of 900 seconds."),
        (
            "folder",
            {"stage.json": b'{"stage": "returned"}'},
            "f() returned, but reading what it returned did not end within the limit of 60 seconds.",
        ),
        (
            "model",
            {"stage.json": b'{"stage": "imported", "error": {"type": "Odd", "line": 3, "message": null}}'},
            "The text of the Odd raised at line 3 did not end within the limit of 60 seconds.",
        ),
    ],
)
def test_the_phase_that_ran_out_of_time_is_named(
    course_bundle: Loader, kind: str, artifacts: Mapping[str, bytes], said: str
) -> None:
    """Importing, which function, on what, and the limit: the same code always gets the same sentence."""
    exercise = course_bundle("cats-vs-dogs").code
    cause = cause_of(evidence(kind, "f", stopped("timed_out", artifacts)), exercise)

    assert cause is not None
    assert said == cause.message.en


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("out_of_memory", "f() on the real pictures used up the 3072 MiB of memory."),
        ("too_much_output", "f() on the real pictures printed more than 16 MiB."),
    ],
)
def test_other_limits_are_named_too(course_bundle: Loader, ending: str, said: str) -> None:
    """Memory by the exercise's limit for trainings, output by the sandbox's."""
    cause = cause_of(evidence("real_run", "f", stopped(ending)), course_bundle("cats-vs-dogs").code)

    assert cause is not None
    assert said == cause.message.en


def test_nobody_waits_twice_for_the_same_limit() -> None:
    """A function that reached a limit once need not be run on the next folder; an exception says nothing of it."""
    captures = {
        "one": evidence("folder", "hangs", stopped("timed_out")),
        "two": evidence("model", "raises", RunResult("raised", "ValueError", "no", (), "", CALLING, 1)),
    }
    ended = ended_already("hangs", captures)

    assert captures["one"] == ended
    assert ended is not None
    assert captures["one"] == without_run("folder", "hangs", ended)
    assert ended_already("raises", captures) is None


def test_warnings_stand_beside_the_first_finding_of_their_run(course_bundle: Loader) -> None:
    """What Keras only warned of is told once, with the student's line where there is one."""
    bundle = course_bundle("cats-vs-dogs")
    told = [{"text": "Argument `alpha` is deprecated. Use `negative_slope`", "line": 2}, {"text": "other"}]
    stage = json.dumps({"stage": "returned", "warnings": told}).encode()
    result = finished({"stage.json": stage, "facts": b'{"parameters": 5}'})
    captures = {"model": evidence("model", "build_model", result)}
    gathered = {"version": 1, "captures": captures, "ending": "finished", "error": None}
    finding = next(
        one for one in check(bundle, gathered, Selection(only=frozenset({"parameters"})), Phase.QUICK) if one.actual
    )

    assert finding.message.en.endswith("Note (line 2): alpha= is called negative_slope= now.")
    assert finding.message.zh.endswith("提示（第 2 行）：alpha= 现在叫 negative_slope=。")


def test_returning_what_print_returns_is_named() -> None:
    """Return print(model) returns nothing, which beginners do not expect."""
    facts = finished({"facts": b'{"problem": "returned_none"}'})
    source = "def build_model():\n    return print(model)\n"
    found = capture_evidence("model", "build_model", facts, source, lambda artifacts: json.loads(artifacts["facts"]))

    assert "returned_print" == found["problem"]


@pytest.mark.parametrize(
    ("facts", "zh", "en"),
    [
        ({"found": "tuple", "length": 3}, "有 3 个值的 tuple。", "but returned a tuple of 3."),
        ({"found": "dict", "length": None}, "实际返回的是 dict。", "but returned dict."),
        ({"found": "ndarray"}, "实际返回的是 ndarray。", "but returned ndarray."),
    ],
)
def test_too_many_values_are_counted(course_bundle: Loader, facts: dict[str, Any], zh: str, en: str) -> None:
    """Three arrays are a tuple as two are; what is wrong is how many there are."""
    told = json.dumps({"problem": "not_a_pair", **facts}).encode()
    capture = evidence("folder", "get_train_data", finished({"facts": told}))
    cause = cause_of(capture, course_bundle("cats-vs-dogs").code)

    assert cause is not None
    assert cause.message.zh.endswith(zh)
    assert cause.message.en.endswith(en)


def test_a_crash_for_want_of_threads_is_named() -> None:
    """TensorFlow prints why it ended the interpreter."""
    printed = "F0000 env.cc:84] Thread tf_data_iterator_resource creation via pthread_create() failed."
    crash = RunResult(
        "raised", "Crash", "The Python interpreter itself was ended by a signal.", (), printed, CALLING, 1
    )
    error = evidence("training", "f", crash)["error"]

    assert error["hint"]["en"].startswith("Too many threads")


def test_a_warning_is_told_with_the_program_it_was_given_in(course_bundle: Loader) -> None:
    """Data that ran out matter where steps were counted, which the program shows."""
    told = [{"text": "Your input ran out of data; interrupting training.", "line": 1}]
    result = finished({"stage.json": json.dumps({"stage": "returned", "warnings": told}).encode(), "facts": b"{}"})
    captures = {
        source: capture_evidence("model", "f", result, source, lambda _: {"parameters": 5})
        for source in ("fit(steps_per_epoch=2)", "fit()")
    }
    wanted = Selection(only=frozenset({"parameters"}))
    told_of = [
        "fewer batches than steps" in finding.message.en
        for capture in captures.values()
        for finding in check(course_bundle("cats-vs-dogs"), {"captures": {"model": capture}}, wanted, Phase.QUICK)
        if finding.actual
    ]

    assert [True, False] == told_of
