"""Write down what Keras says of each snippet, and what names it knows, for tests that have no Keras.

Run by hand with a Python that has TensorFlow, after the snippets or Keras' version changed:

    PYTHON_WITH_TENSORFLOW tests/grader/make_messages.py
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import printed_names
import tried_snippets

HERE = Path(__file__).resolve().parent / "errors"
KNOWN_NAMES = HERE.parents[2] / "grader" / "hints" / "known_names.json"
FILES = {"old_code": "snippet", "later_course": "mistake"}


def printed(program: str) -> str:
    """Run a program of the student's kind and return what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "student.py").write_text(f"{program}\n\nbuild_model()\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "student.py"],
            cwd=folder,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout


def snippets(name: str) -> list[str]:
    """Return the code of the snippets of one file."""
    table = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    return [one["code"] for one in table[FILES[name]]]


def main() -> None:
    """Write one line of JSON per snippet, and the names."""
    for name in FILES:
        said = tried_snippets.said(printed(tried_snippets.program(snippets(name))))
        (HERE / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in said), encoding="ascii")
    names = printed_names.as_file(printed_names.printed(printed(printed_names.PROGRAM)))
    KNOWN_NAMES.write_text(names, encoding="ascii")


if __name__ == "__main__":
    main()
