"""Run entries of ``grader/inside`` in forked children, for tests: a line of JSON in, a line of JSON out.

Started by ``inside_runner.py`` with a Python that has TensorFlow. It is the sandbox without its walls: the code under
test is what the walls enclose.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path

from make_descriptions import load_inside


def carry_out(inside: object, request: dict[str, object]) -> dict[str, object]:
    """Run one entry in a child and say how it ended."""
    child = os.fork()
    if child == 0:
        signal.alarm(int(request["seconds"]))
        os.chdir(str(request["folder"]))
        with Path("printed.txt").open("w", encoding="utf-8") as printed:
            os.dup2(printed.fileno(), 1)
        try:
            inside.ENTRIES[request["entry"]](request["arguments"])
        except BaseException as error:  # noqa: BLE001 - student code raises what it likes
            frames = [[frame.filename, frame.lineno, frame.name] for frame in traceback.extract_tb(error.__traceback__)]
            if isinstance(error, SyntaxError):
                frames.append([error.filename, error.lineno or 0, "<module>"])
            told = {"type": type(error).__name__, "message": text_of(error), "frames": frames}
            Path("error.json").write_text(json.dumps(told), encoding="utf-8")
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return {"status": status}


def text_of(error: BaseException) -> str:
    """Return an exception's text, as far as it has one."""
    try:
        return str(error)[:4096]
    except Exception:  # noqa: BLE001 - student code raises what it likes
        return "?"


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    inside = load_inside()
    inside.preload()
    for line in sys.stdin:
        answers.write(json.dumps(carry_out(inside, json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
