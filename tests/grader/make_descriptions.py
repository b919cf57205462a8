"""Describe the models of ``corpus.py`` with real Keras and write the fixtures that the fast tests read.

Run by hand with a Python that has TensorFlow, after ``grader/inside`` or the corpus changed:

    PYTHON_WITH_TENSORFLOW tests/grader/make_descriptions.py
"""

import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSIDE = HERE.parents[1] / "grader" / "inside"


def load_inside() -> object:
    """Load ``grader/inside`` under the name it has in the sandbox image."""
    spec = importlib.util.spec_from_file_location(
        "grader_inside", INSIDE / "__init__.py", submodule_search_locations=[str(INSIDE)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(INSIDE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["grader_inside"] = module
    spec.loader.exec_module(module)
    return module


def describe(inside: object, source: str, shape: list[int | None], dtype: str) -> dict[str, object]:
    """Return the description of the model that a program builds; in a child, so that nothing it patches stays."""
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            Path("student.py").write_text(source, encoding="utf-8")
            arguments = {"function": "build_model", "input_shape": shape, "input_dtype": dtype, "weights": False}
            try:
                inside.ENTRIES["capture_model"]({**arguments, "pins": {"seed": 1}})
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        return json.loads((Path(folder) / "out" / "model.json").read_text(encoding="ascii"))


def main() -> None:
    """Write one file per corpus, one model per line."""
    sys.path.insert(0, str(HERE))
    import corpus  # noqa: PLC0415 - found only after the path is set

    inside = load_inside()
    inside.preload()
    (HERE / "descriptions").mkdir(exist_ok=True)
    for name, part in corpus.CORPORA.items():
        lines = []
        for verdict in ("equal", "different"):
            for title, text in part[verdict].items():
                model = describe(inside, corpus.program(text), part["shape"], part["dtype"])
                lines.append(json.dumps({"verdict": verdict, "title": title, "model": model}, separators=(",", ":")))
        (HERE / "descriptions" / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
