"""``beginend bench``: figures are summed up rightly, modes take turns, and what is broken gives no figure."""

import ast
import io
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exercises import Bundle, load_catalogue
from sandbox.contract import Ending, Isolation, RunOutcome, RunRequest, Sandbox, Stop, Tell
from sandbox.fake import ScriptedSandbox, outcome
from server.cli.bench.figures import NothingMeasured, spread
from server.cli.bench.forks import TRAINING, forks
from server.cli.bench.latency import latency
from server.cli.bench.sameness import sameness
from server.cli.bench.scene import BenchFailed, Scene, varied
from server.cli.bench.sections import Plan, Sizes, measure
from server.cli.bench.throughput import throughput

ROOT = Path(__file__).resolve().parent.parent.parent
STORED = ROOT / "tests" / "grader" / "descriptions" / "cnn.jsonl"

Reply = Callable[[RunRequest], RunOutcome]


def described(title: str, stdout: str = "") -> RunOutcome:
    """Return what a slot leaves behind for one of the stored models."""
    cases = map(json.loads, STORED.read_text(encoding="ascii").splitlines())
    model = next(case["model"] for case in cases if case["title"] == title)
    claims = {"problem": None, "weights": [one["shape"] for one in model["weights"]], "sizes": [28, 28, 1]}
    texts = {"stage.json": {"stage": "imported"}, "model.json": model, "probe.json": claims}
    written = {name: json.dumps(text).encode() for name, text in texts.items()}
    answers = dict.fromkeys(("outputs.npy", "training_outputs.npy"), _halves((4, 10)))
    return outcome(artifacts={**written, **answers}, stdout=stdout)


def answered(request: RunRequest) -> RunOutcome:
    """Return the judge's answers of the described network: those of every stored model."""
    sizes = {"sizes": [28, 28, 1], "tokens": 0, "losses": 0, "frozen": 0, "training": "same"}
    steps = [[[5, 5, 1, 32], [32]], [[5, 5, 32, 64], [64]], [], [], [[6400, 128], [128]], [[128, 10], [10]]]
    report = json.dumps({"problem": None, "steps": steps, **sizes}).encode()
    numbers = len(request.arguments["numbers"])
    return outcome(artifacts={"behaviour.json": report, "outputs.npy": _halves((numbers, 1, 4, 10))})


def _halves(shape: tuple[int, ...]) -> bytes:
    """Return an array of halves as the bytes of a file."""
    file = io.BytesIO()
    np.save(file, np.full(shape, 0.5, np.float32), allow_pickle=False)
    return file.getvalue()


class Opened:
    """Opens scripted sandboxes and remembers in which order their runs came."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.runs: list[Isolation] = []
        self.sources: list[bytes] = []

    def __call__(self, isolation: Isolation, slots: int, ahead: bool) -> Sandbox:  # noqa: FBT001 - as scene.Open says
        """Open one."""
        del slots, ahead
        noted = self

        class Noting(ScriptedSandbox):
            def run(self, request: RunRequest, tell: Tell | None = None, *, stop: Stop | None = None) -> RunOutcome:
                if not request.trusted:
                    noted.runs.append(isolation)
                    noted.sources.append(request.files["student.py"])
                return super().run(request, tell, stop=stop)

        return Noting({"capture_model": [self._reply], "judge_behaviour": [answered]})


@cache
def digits() -> Bundle:
    """Return the bundle that a bench judges."""
    return load_catalogue(ROOT / "exercises" / "bundles", ROOT / "var" / "data")["cnn-digits"]


@pytest.fixture
def scene() -> Callable[[Reply], tuple[Scene, Opened]]:
    """Return a maker of scenes in which every run gets the given reply."""
    bundle = digits()

    def make(reply: Reply) -> tuple[Scene, Opened]:
        opened = Opened(reply)
        return Scene(bundle, bundle.solution or "", opened, lambda _: None), opened

    return make


def test_a_spread_is_median_and_nearest_rank() -> None:
    """Of 1 to 20 the median is 10.5 and the 95th percentile 19; order does not matter; nothing has no spread."""
    figures = spread([float(value) for value in range(20, 0, -1)])

    assert (20, 10.5, 19.0, 1.0, 20.0) == (figures.count, figures.median, figures.p95, figures.least, figures.most)
    assert 7.0 == spread([7.0]).p95
    with pytest.raises(NothingMeasured):
        spread([])


def test_modes_take_turns(scene: Callable[[Reply], tuple[Scene, Opened]]) -> None:
    """Each round measures every mode once, so that all share the same weather; cold is what the others are held to."""
    made, opened = scene(lambda _: described("article"))
    figures = latency(made, 3)
    turn = [Isolation.COLD, Isolation.ONESHOT, Isolation.WARM]

    assert turn * 4 == opened.runs
    assert 3 == figures["warm"]["check"]["rounds"]
    assert {"warm_times_faster", "oneshot_times_faster"} <= set(figures)


def test_every_program_is_another_and_does_the_same(scene: Callable[[Reply], tuple[Scene, Opened]]) -> None:
    """No cache can answer a bench: all sources differ, and their statements but one are those of the solution."""
    made, opened = scene(lambda _: described("article"))
    throughput(made, 12)
    solution = ast.parse(made.source)

    assert len(opened.sources) == len(set(opened.sources))
    assert ast.dump(solution) == ast.dump(ast.Module(ast.parse(varied(made.source, 7)).body[:-1], []))


def test_a_bench_of_wrong_findings_gives_no_figure(scene: Callable[[Reply], tuple[Scene, Opened]]) -> None:
    """If right programs do not pass, times mean nothing."""
    made, _ = scene(lambda _: outcome(artifacts={"stage.json": b"{}", "model.json": b'{"problem":"returned_none"}'}))

    with pytest.raises(BenchFailed, match="came out as failed"):
        latency(made, 1)


def test_forks_that_hang_or_differ_are_counted(scene: Callable[[Reply], tuple[Scene, Opened]]) -> None:
    """Of four runs one timed out and one printed another history."""
    replies = [described("article", stdout=text) for text in ("[1]", "[1]", "[2]")]
    replies.append(outcome(Ending.TIMED_OUT, stdout="[1]"))
    made, _ = scene(lambda _: replies.pop())
    figures = forks(made, 4, 1)

    assert (1, 2, {"finished": 3, "timed_out": 1}) == (
        figures["hangs"],
        figures["distinct_histories"],
        figures["endings"],
    )


def test_the_training_program_is_a_program() -> None:
    """What is put behind the solution parses and wraps its build_model."""
    names = [node.name for node in ast.parse(TRAINING).body if isinstance(node, ast.FunctionDef)]

    assert ["build_model"] == names


def test_another_weight_is_another_result(scene: Callable[[Reply], tuple[Scene, Opened]]) -> None:
    """The same program must leave the same weights, not only the same verdict."""

    def weighted(number: bytes) -> RunOutcome:
        reply = described("article")
        artifacts: Mapping[str, bytes] = {**reply.artifacts, "weight.000.npy": number}
        return outcome(artifacts=artifacts)

    made, _ = scene(lambda _: weighted(b"same"))
    same = sameness(made, 20, 1)
    numbers = iter(range(1000))
    made, _ = scene(lambda _: weighted(str(next(numbers)).encode()))
    different = sameness(made, 20, 1)

    assert (20, 1) == (same["judged"], same["distinct_results"])
    assert 20 == different["distinct_results"]


def test_a_section_that_fails_takes_no_other_with_it(scene: Callable[[Reply], tuple[Scene, Opened]]) -> None:
    """Its place says why; what was measured beside it stands, and the machine's load with both."""
    replies = iter([described("article")] * 9)
    made, _ = scene(lambda _: next(replies, outcome(artifacts={"model.json": b"{}"})))
    sizes = Sizes(rounds=2, queued=4, forks=1, submissions=1, repetitions=1)
    figures = measure(Plan(made, "docker", sizes), ["latency", "throughput"])

    assert 2 == figures["latency"]["warm"]["check"]["rounds"]
    assert figures["throughput"]["failed"].startswith("BenchFailed: a right program came out as failed")
    assert all("load_per_core_before" in section for section in figures.values())


def test_unknown_section_is_a_wrong_call(beginend: Callable[..., Any]) -> None:
    """``--only`` names the sections there are and ends with 2."""
    called = beginend("bench", "sandbox", "--only", "latency,colour")

    assert 2 == called.exit_code
    assert "--only colour" in called.stderr
    assert "endurance" in called.stderr


def test_an_unknown_part_of_rescoring_is_named(beginend: Callable[..., Any]) -> None:
    """Nothing is measured, and what there is to measure is said."""
    called = beginend("bench", "rescore", "--only", "everything")

    assert 2 == called.exit_code
    assert "--only everything: there are runs, recheck, apply, scope." in called.stderr
