"""Each way in which a program can end, in every sandbox that keeps something warm."""

import json
import time
from collections.abc import Callable

import pytest

from sandbox import Ending, Limits, Pins, RunOutcome, RunRequest, Sandbox, SandboxFault

MIB = 1 << 20

Run = Callable[..., RunOutcome]


def test_finished(run: Run) -> None:
    """A program that returns is finished; its artifacts and what it printed come back."""
    outcome = run("print('hello'); open('out/a.json', 'w').write('[1]'); open('out/b.txt', 'w').write('no')")

    assert (Ending.FINISHED, None, "hello\n", {"a.json": b"[1]"}) == (
        outcome.ending,
        outcome.error,
        outcome.stdout,
        outcome.artifacts,
    )


def test_files_and_arguments(sandbox: Sandbox) -> None:
    """Files are laid where they were named, and arguments arrive with the pins beside them."""
    code = "import json; json.dump([open('data/x.bin').read(), arguments['pins']['seed']], open('out/seen.json', 'w'))"
    outcome = sandbox.run(
        RunRequest(
            "execute", {"code": code}, files={"data/x.bin": b"content"}, pins=Pins(seed=7), artifacts=("seen.*",)
        )
    )

    assert ["content", 7] == json.loads(outcome.artifacts["seen.json"])


def test_large_files(sandbox: Sandbox) -> None:
    """Forty megabytes go in and come out again."""
    content = bytes(range(256)) * 4 * 40 * 1024
    code = "import shutil; shutil.copy('in.npy', 'out/out.npy')"
    limits = Limits(artifact_bytes=64 * MIB)
    outcome = sandbox.run(RunRequest("execute", {"code": code}, files={"in.npy": content}, limits=limits))

    assert content == outcome.artifacts["out.npy"]


def test_raised(run: Run) -> None:
    """An exception comes back with its type, its message and the student's own frames."""
    outcome = run("""
        def build():
            raise ValueError('\\x1b[31mred\\x1b[0m')
        build()
    """)

    assert outcome.error is not None
    assert (Ending.RAISED, "ValueError", "red") == (outcome.ending, outcome.error.type, outcome.error.message)
    assert [("student.py", 4, "<module>"), ("student.py", 3, "build")] == list(outcome.error.frames[-2:])


def test_syntax_error(run: Run) -> None:
    """A syntax error names its line."""
    outcome = run("x = 1\ny = (\n")

    assert outcome.error is not None
    assert (Ending.RAISED, "SyntaxError") == (outcome.ending, outcome.error.type)
    assert ("student.py", 2, "<module>") == outcome.error.frames[-1]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import sys; sys.exit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import os; os._exit(0)", "EarlyExit"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "EarlyExit"),
        ("import ctypes; ctypes.string_at(0)", "Crash"),
        ("def f(): f()\nf()", "RecursionError"),
        ("import os; os.closerange(3, 200)", "EarlyExit"),
    ],
)
def test_other_ways_to_raise(run: Run, code: str, kind: str) -> None:
    """Leaving by any side door is an error of the student's, in words that say which door it was."""
    outcome = run(code)

    assert outcome.error is not None
    assert (Ending.RAISED, kind) == (outcome.ending, outcome.error.type)


@pytest.mark.parametrize(
    "body",
    [
        "def __str__(self): raise RuntimeError('no text')",
        "def __str__(self): return 3",
        "def __str__(self): import sys; sys.exit(0)",
        "__traceback__ = property(lambda self: 1 / 0)",
    ],
)
def test_exceptions_that_resist(run: Run, body: str) -> None:
    """An exception whose class fights back is reported all the same."""
    outcome = run(f"class Nasty(Exception):\n    {body}\nraise Nasty('x')")

    assert Ending.RAISED == outcome.ending
    assert outcome.error is not None
    assert len(outcome.error.message) < 100


def test_long_message(run: Run) -> None:
    """A message of megabytes is cut to four kibibytes."""
    outcome = run("raise ValueError('x' * 5_000_000)")

    assert outcome.error is not None
    assert 4096 == len(outcome.error.message)


def test_timed_out(run: Run) -> None:
    """A program that loops for ever is stopped at its wall clock, with what it printed until then."""
    outcome = run("print('before', flush=True)\nwhile True: pass", limits=Limits(wall_seconds=1))

    assert (Ending.TIMED_OUT, "before\n") == (outcome.ending, outcome.stdout)
    assert 1 <= outcome.wall_seconds < 3


def test_text_that_loops(run: Run) -> None:
    """An exception whose text never ends is stopped at the wall clock too."""
    code = "class Slow(Exception):\n    def __str__(self):\n        while True: pass\nraise Slow"

    assert Ending.TIMED_OUT == run(code, limits=Limits(wall_seconds=1)).ending


def test_ignored_signals(run: Run) -> None:
    """A program that ignores every signal it can is stopped all the same."""
    code = """
        import signal, time
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        time.sleep(60)
    """

    assert Ending.TIMED_OUT == run(code, limits=Limits(wall_seconds=1)).ending


@pytest.mark.parametrize(
    "code",
    [
        "kept = []\nwhile True: kept.append(bytearray(8 << 20))",
        "x = bytearray(1 << 40)",
        "class ResourceExhaustedError(Exception): pass\nraise ResourceExhaustedError('OOM when allocating tensor')",
    ],
    ids=["bit by bit", "at once", "said by TensorFlow"],
)
def test_out_of_memory(run: Run, code: str) -> None:
    """Eating all memory is an ending of its own, however it is done."""
    assert Ending.OUT_OF_MEMORY == run(code, limits=Limits(memory_bytes=256 * MIB)).ending


def test_too_much_output(run: Run) -> None:
    """A program that prints a hundred megabytes is stopped; the beginning is kept."""
    outcome = run("for _ in range(100): print('y' * (1 << 20))")

    assert (Ending.TOO_MUCH_OUTPUT, 64 << 10) == (outcome.ending, len(outcome.stdout))
    assert outcome.stdout_bytes > 16 * MIB


def test_output_is_plain(run: Run) -> None:
    """Printed control codes and broken characters do not reach anybody's screen; errors are kept with the output."""
    code = """
        import os, sys
        os.write(1, b'a\\x1b[2Jb\\x00\\x07c\\xff\\r\\n\\x1b]0;title\\x07d\\n')
        print('e', file=sys.stderr)
    """

    assert "abc\ufffd\nd\ne\n" == run(code).stdout


@pytest.mark.parametrize("code", ["import sys; sys.stdout.close()", "import os; os.close(1); os.close(2)"])
def test_closed_stdout(run: Run, code: str) -> None:
    """Closing the output hurts nobody."""
    outcome = run(f"{code}\nopen('out/a.json', 'w').write('1')")

    assert (Ending.FINISHED, {"a.json": b"1"}) == (outcome.ending, outcome.artifacts)


def test_threads_left_behind(run: Run) -> None:
    """A thread that never ends does not keep the run from ending."""
    code = "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()"
    started = time.monotonic()

    assert Ending.FINISHED == run(code).ending
    assert time.monotonic() - started < 8


def test_unknown_entry_is_our_fault(sandbox: Sandbox) -> None:
    """A request for an entry that does not exist is a fault, not an ending."""
    with pytest.raises(SandboxFault, match="no_such_entry"):
        sandbox.run(RunRequest("no_such_entry"))


def test_forged_fault(run: Run) -> None:
    """A student cannot pretend that the sandbox broke."""
    code = """
        import os
        os.write(11, b'{"say": "broken", "reason": "please try again"}\\n')
        os._exit(1)
    """

    assert Ending.RAISED == run(code).ending


def test_describe(sandbox: Sandbox) -> None:
    """A sandbox says what it is made of, and which of its protections are on."""
    description = sandbox.describe()

    assert {"tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.4.6"}.items() <= description.packages.items()
    assert {"system-call filter", "resource limits"} <= set(description.layers)
    assert description.cpu
