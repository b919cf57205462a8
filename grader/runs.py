"""Which runs an exercise needs, with everything each of them is given: nothing that a slot must not see goes to one."""

import hashlib
from collections.abc import Mapping

from exercises import Bundle
from exercises.schema import (
    CodeExercise,
    FolderCapture,
    JudgeTraining,
    ModelCapture,
    RealRunCapture,
    TrainingCapture,
)
from grader.canonical import described_network, expected_network
from grader.contract import Json, Run
from grader.network import Network
from grader.questions import number_of, row_of, terms_of, variant_of

PlainCapture = ModelCapture | FolderCapture | TrainingCapture

STANDIN_WEIGHTS = 4


def student_run(bundle: Bundle, source: str, capture: PlainCapture) -> Run:
    """Return the run that calls one of the student's functions in a slot."""
    exercise = bundle.code
    arguments: dict[str, Json] = {"function": capture.function, **_shared(exercise)}
    files = {"student.py": source.encode()}
    if isinstance(capture, ModelCapture):
        arguments |= {**_model_arguments(bundle, capture), "weights": False}
        artifacts: tuple[str, ...] = ("model.json",)
        entry = "capture_model"
        if (network := described_network(exercise, capture.id)) is not None:
            arguments["probe"] = number_of(bundle, capture, variant_of(bundle, source, capture))
            arguments |= terms_of(bundle, capture, network)
            artifacts += ("probe.json", "outputs.npy", "training_outputs.npy")
    elif isinstance(capture, FolderCapture):
        files["pictures.zip"] = bundle.read(capture.pictures)
        arguments |= {"folder": capture.folder, "trailing_slash": capture.trailing_slash}
        artifacts, entry = ("folder.json", "images.npy", "onehot.npy"), "capture_folder"
    else:
        arguments |= standin_arguments(bundle, source, capture)
        artifacts, entry = ("training.json", "steps.npy", "clock.npy", "final.*.npy", "answer.npy"), "capture_training"
    return Run(capture.id, "slot", entry, arguments, files, ("stage.json", *artifacts))


def weights_run(bundle: Bundle, source: str, capture: ModelCapture, seed: int | None) -> Run:
    """Return the run that fetches the initial weights that a model has under one seed.

    Weights are large and wanted only by a training, so they are no part of the quick phase: the student's program runs
    once more in a slot, among the trainings but within the limits of a quick run. What it claims this time may be
    another model; :func:`grader.evidence.starting_point` tells.

    Args:
        bundle: The exercise.
        source: The student's whole program.
        capture: The model to be trained.
        seed: What every random number starts from; None for the seed that is pinned for the grading.

    """
    return Run(
        id=_of_seed(f"{capture.id}-weights", seed),
        where="slot",
        entry="capture_model",
        arguments={
            "function": capture.function,
            **_model_arguments(bundle, capture),
            "weights": True,
            **_own_seed(seed),
            **_shared(bundle.code),
        },
        files={"student.py": source.encode()},
        artifacts=("stage.json", "model.json", "weight.*.npy"),
        long_lane=True,
    )


def reference_run(bundle: Bundle, capture: FolderCapture) -> Run:
    """Return the run in which a judge reads a folder's pictures; it depends on the bundle alone."""
    return Run(
        id=f"{capture.id}-references",
        where="judge",
        entry="judge_references",
        arguments={"size": list(capture.size), **_shared(bundle.code)},
        files={"pictures.zip": bundle.read(capture.pictures)},
        artifacts=("names.json", "after.npy", "before.npy"),
        cache_key=f"{bundle.version}/{capture.id}/references",
    )


def replay_run(
    bundle: Bundle,
    source: str,
    capture: TrainingCapture,
    artifacts: Mapping[str, bytes],
    recipes: list[dict[str, Json]],
) -> Run:
    """Return the run in which a judge replays a recorded training."""
    names = ("steps.npy", "clock.npy", *(f"final.{index}.npy" for index in range(STANDIN_WEIGHTS)))
    return Run(
        id=f"{capture.id}-replay",
        where="judge",
        entry="judge_replay",
        arguments={**standin_arguments(bundle, source, capture), "recipes": recipes, **_shared(bundle.code)},
        files={name: artifacts[name] for name in names if name in artifacts},
        artifacts=("replay.json", "probabilities.npy"),
    )


def training_run(
    bundle: Bundle, training: JudgeTraining, network: Network, weights: Mapping[str, bytes], seed: int | None
) -> Run:
    """Return the run in which a judge rebuilds and trains the student's model.

    Args:
        bundle: The exercise, with the data.
        training: How it is trained.
        network: What is built.
        weights: Its initial weights, ``weight.NNN.npy`` each.
        seed: What the order of the rows follows from; None for the seed that is pinned for the grading.

    """
    exercise = bundle.code
    capture = next(one for one in exercise.captures if one.id == training.capture)
    graph = network.to_json()
    for step in graph["steps"]:
        step["weights"] = [f"weight.{index:03d}.npy" for index in step["weights"]]
    recipe = training.model_dump(
        include={"optimizer", "learning_rate", "loss", "epochs", "batch_size", "divide_by", "add_channel"}
    )
    dtype = capture.input_dtype if isinstance(capture, ModelCapture) else "float32"
    return Run(
        id=_of_seed(f"{training.capture}-training", seed),
        where="judge",
        entry="judge_train",
        arguments={"graph": graph, "dtype": dtype, "recipe": recipe, **_own_seed(seed), **_shared(exercise)},
        files={
            "train_inputs.npy": bundle.read(training.train_inputs),
            "train_targets.npy": bundle.read(training.train_targets),
            "test_inputs.npy": bundle.read(training.test_inputs),
            **weights,
        },
        artifacts=("predictions.npy", "history.json", "problem.json"),
        training=True,
    )


def real_run(bundle: Bundle, source: str, capture: RealRunCapture, seed: int | None) -> Run:
    """Return the run in which the student's training function meets real pictures and the described network.

    Args:
        bundle: The exercise, with the pictures.
        source: The student's whole program.
        capture: What is called, and on what.
        seed: What every random number starts from; None for the seed that is pinned for the grading.

    """
    return Run(
        id=_of_seed(capture.id, seed),
        where="slot",
        entry="real_run",
        arguments={
            "function": capture.function,
            "graph": expected_network(capture.network).to_json(),
            "size": list(capture.size),
            **_own_seed(seed),
            **_shared(bundle.code),
        },
        files={
            "student.py": source.encode(),
            "train.zip": bundle.read(capture.train_pictures),
            "test.zip": bundle.read(capture.test_pictures),
        },
        artifacts=("stage.json", "real.json", "answer.npy"),
        training=True,
    )


def standin_arguments(bundle: Bundle, source: str, capture: TrainingCapture) -> dict[str, Json]:
    """Return the stand-in's number and size.

    The number comes from the program itself: the same code meets the same stand-in, and a program that was prepared for
    one stand-in is another program and meets another.
    """
    digest = hashlib.sha256(f"{bundle.version}/{capture.id}/{source}".encode()).digest()
    number = int.from_bytes(digest[:6], "big")
    return {"standin": number, "rows": capture.rows, "test_rows": capture.test_rows}


def _model_arguments(bundle: Bundle, capture: ModelCapture) -> dict[str, Json]:
    """Return what an unbuilt model is built for."""
    return {
        "input_shape": list(capture.input_shape),
        "input_dtype": capture.input_dtype,
        "row": row_of(bundle, capture),
    }


def _of_seed(name: str, seed: int | None) -> str:
    """Return the id of a run that is repeated under several seeds."""
    return name if seed is None else f"{name}-{seed}"


def _own_seed(seed: int | None) -> dict[str, Json]:
    """Return the argument that stands before the pinned seed."""
    return {} if seed is None else {"seed": seed}


def _shared(exercise: CodeExercise) -> dict[str, Json]:
    """Return the arguments that every run has."""
    return {"compat": exercise.compat, "pins": {"seed": exercise.seed}}
