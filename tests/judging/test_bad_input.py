"""Bad input ends well: every way in which a submission can go wrong gets its own outcome and a sentence."""

import pytest

from exercises import Bundle, extract
from exercises.errors import (
    Refused,
    RefusedLockedLine,
    RefusedNotUtf8,
    RefusedNulByte,
    RefusedRegionCount,
    RefusedTooLarge,
)
from grader.contract import Selection, SubmissionOutcome
from server.judging import Judge
from server.phase import PhaseResult

pytestmark = pytest.mark.docker

UNTRAINED = Selection(skip=frozenset({"accuracy"}))
BEGIN = "    #********* Begin *********#\n"


def with_region(bundle: Bundle, region: str) -> str:
    """Return the stub with ``region`` between Begin and End."""
    head, tail = (bundle.stub or "").split(BEGIN)
    return head + BEGIN + region + tail[tail.index("    #********* End") :]


def judged(judge: Judge, bundle: Bundle, program: str) -> PhaseResult:
    """Judge a program's structure."""
    return judge.quick(bundle, program, UNTRAINED)


ENDINGS = {
    "a syntax error": ("    model.add(Flatten()\n", "raised"),
    "an exception": ("    raise ValueError('no')\n", "raised"),
    "a loop for ever": ("    while True:\n        pass\n", "timed_out"),
    "100 MB of output": ("    for _ in range(100):\n        print('x' * 1_000_000)\n", "too_much_output"),
    "all memory": (
        "    hoard = []\n    while True:\n        hoard.append(b'x' * (64 << 20))\n",
        "out_of_memory",
    ),
    "os._exit(0)": ("    import os\n    os._exit(0)\n", "raised"),
    "sys.exit()": ("    import sys\n    sys.exit()\n", "raised"),
    "nothing at all": ("\n", "failed"),
    "a model that is none": ("    return None\n", "failed"),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_each_way_to_end_has_its_outcome(docker_judge: Judge, hasty: Bundle, what: str) -> None:
    """The outcome names what happened, and there is never a pass."""
    region, expected = ENDINGS[what]
    result = judged(docker_judge, hasty, with_region(hasty, region))

    assert expected == result.verdict.outcome.value
    assert result.verdict.score < 1


def test_a_syntax_error_names_the_students_line(docker_judge: Judge, hasty: Bundle) -> None:
    """The line counts in the student's own file."""
    program = with_region(hasty, "    model.add(Flatten()\n    model.add(\n")
    begin = program.split("\n").index(BEGIN.rstrip("\n")) + 1
    error = judged(docker_judge, hasty, program).error

    assert error is not None
    assert "SyntaxError" == error.type
    assert error.line in {begin + 1, begin + 2}


def test_an_exception_names_line_and_type(docker_judge: Judge, hasty: Bundle) -> None:
    """The innermost line of the student's own file is named."""
    program = with_region(hasty, "    x = 1\n    raise ValueError('no such thing')\n")
    begin = program.split("\n").index(BEGIN.rstrip("\n")) + 1
    error = judged(docker_judge, hasty, program).error

    assert error is not None
    assert ("ValueError", begin + 2) == (error.type, error.line)
    assert "no such thing" in error.message


def test_a_missing_function_fails_with_its_name(docker_judge: Judge, hasty: Bundle) -> None:
    """A whole file without build_model fails, and the finding names the function."""
    result = judged(docker_judge, hasty, "import keras\n")

    assert SubmissionOutcome.FAILED == result.verdict.outcome
    assert "build_model" in result.findings[0].message.en


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_odd_line_ends_and_a_byte_order_mark_stay_right(docker_judge: Judge, hasty: Bundle, ends: str) -> None:
    """The reference solution with CRLF or CR, a BOM and trailing spaces passes like itself."""
    text = (hasty.solution or "").replace("\n", f"  {ends}")
    source = extract(hasty.stub or "", b"\xef\xbb\xbf" + text.encode(), whole_file=False)
    result = judged(docker_judge, hasty, source.text)

    assert SubmissionOutcome.PASSED == result.verdict.outcome


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"x" * 1_000_000, RefusedTooLarge),
        (b"\x80\x81\xfe\xff" * 50, RefusedNotUtf8),
        (b"print(1)\0", RefusedNulByte),
        (b"import os\n", RefusedRegionCount),
    ],
)
def test_what_is_no_answer_is_refused_before_anything_runs(
    hasty: Bundle, content: bytes, refusal: type[Refused]
) -> None:
    """Too large, not text, NUL and lost regions each have a refusal of their own."""
    with pytest.raises(refusal) as caught:
        extract(hasty.stub or "", content, whole_file=False)

    assert caught.value.sentence.zh
    assert caught.value.sentence.en


def test_a_changed_locked_line_is_named(hasty: Bundle) -> None:
    """A line outside Begin and End that was changed is refused with its number."""
    program = (hasty.solution or "").replace("np.random.seed(1447)", "np.random.seed(1)")
    number = program.split("\n").index("np.random.seed(1)") + 1
    with pytest.raises(RefusedLockedLine) as caught:
        extract(hasty.stub or "", program.encode(), whole_file=False)

    assert number == caught.value.line
