"""Describe the models of ``corpus.py`` with real Keras and write the fixtures that the fast tests read.

Run by hand with a Python that has TensorFlow, after ``grader/inside`` or the corpus changed:

    PYTHON_WITH_TENSORFLOW tests/grader/make_descriptions.py [TITLE...]

With titles only these, and those that are new, are described again.
"""

import importlib.util
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

import layer_list

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
    """Describe a program's model, and what others see of it; in a child, so that nothing it patches stays."""
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            Path("student.py").write_text(source, encoding="utf-8")
            _write_layer_list(inside)
            arguments = {"function": "build_model", "input_shape": shape, "input_dtype": dtype, "weights": False}
            try:
                inside.ENTRIES["capture_model"]({**arguments, "pins": {"seed": 1}})
            finally:
                if sys.exception():
                    traceback.print_exc()
                os._exit(0)
        os.waitpid(child, 0)
        written = Path(folder) / "out" / "model.json"
        seen = Path(folder) / "layers.json"
        return {
            "model": json.loads(written.read_text(encoding="ascii")) if written.exists() else {"problem": "raised"},
            "seen": json.loads(seen.read_text(encoding="utf-8")) if seen.exists() else {"stopped": "raised"},
        }


def _write_layer_list(inside: object) -> None:
    """Have the description also write down what graders that walk ``model.layers`` see, once the model is built."""
    reader = inside.describe.ModelReader
    read = reader.read

    def read_and_list(self: object, model: object, *arguments: object) -> object:
        names = layer_list.class_names(model)
        answer = read(self, model, *arguments)
        seen = {**layer_list.layer_list(model), "names": names}
        Path("layers.json").write_text(json.dumps(seen, default=int), encoding="utf-8")
        return answer

    reader.read = read_and_list


def stored(name: str) -> dict[tuple[str, str], str]:
    """Return the lines that a corpus' file has, by verdict and title."""
    file = HERE / "descriptions" / f"{name}.jsonl"
    lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
    return {(case["verdict"], case["title"]): line for line, case in zip(lines, map(json.loads, lines), strict=True)}


def main(only: list[str]) -> None:
    """Write one file per corpus, one model per line; with ``only``, what is there is kept but for these titles."""
    sys.path.insert(0, str(HERE))
    import corpus  # noqa: PLC0415 - found only after the path is set

    inside = load_inside()
    inside.preload()
    (HERE / "descriptions").mkdir(exist_ok=True)
    for name, part in corpus.CORPORA.items():
        before = stored(name) if only else {}
        lines = []
        for verdict, title in ((one, title) for one in corpus.VERDICTS for title in part[one]):
            if (verdict, title) in before and title not in only:
                lines.append(before[verdict, title])
                continue
            case = describe(inside, corpus.program(part[verdict][title]), part["shape"], part["dtype"])
            if "problem" in case["model"]:
                sys.stderr.write(f"{name}, {verdict}, {title}: {case['model']}\n")
            lines.append(json.dumps({"verdict": verdict, "title": title, **case}, separators=(",", ":")))
        (HERE / "descriptions" / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
