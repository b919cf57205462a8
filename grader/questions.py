"""What models are asked to compare their answers: with which weights, about which batch, and the judge's runs for it.

The described network answers without knowing any student's model: its run depends on the bundle alone, is carried out
beside the first student's and remembered. For that, a program is asked one of a few questions; its own digest says
which. Whoever knows the right answers to all of them has the right network, or somebody's who has it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from exercises import Bundle
from exercises.schema import ModelCapture
from grader.canonical import described_network
from grader.contract import Json, Run
from grader.hostile import read_array
from grader.network import Network

VARIANTS = 8
SOME_WORDS = 50  #: vocabulary of a network that takes words and has no embedding


@dataclass(frozen=True, slots=True)
class Question:
    """A question asked once more, in a student's model's own terms.

    Attributes:
        sizes: Of one row.
        tokens: Below which number words lie; 0 where inputs are no words.
        orders: For each try: which of its seeded values each of the described network's weights is given.

    """

    sizes: tuple[int, ...]
    tokens: int
    orders: tuple[tuple[int, ...], ...]


def row_of(bundle: Bundle, capture: ModelCapture) -> list[int | None]:
    """Return the sizes of the rows that a model will meet: its input shape, open sizes as they are in the data."""
    training, sizes = bundle.code.training, list(capture.input_shape)
    if None not in sizes or training is None or training.capture != capture.id:
        return sizes
    data = read_array({"rows": bundle.read(training.train_inputs)}, "rows").shape[1:]
    return [own if size is None else size for size, own in zip(sizes, data, strict=True)]


def terms_of(bundle: Bundle, capture: ModelCapture, network: Network) -> Mapping[str, Json]:
    """Return in what terms a model is asked: the sizes of a row and, where rows are words, how many words there are."""
    vocabularies = [step.arguments["input_dim"] for step in network.steps if step.layer == "Embedding"]
    words: dict[str, Json] = {"vocabulary": min(vocabularies, default=SOME_WORDS)}
    return {"row": row_of(bundle, capture), **(words if capture.input_dtype == "int32" else {})}


def variant_of(bundle: Bundle, source: str, capture: ModelCapture) -> int:
    """Return which of the questions a program is asked."""
    return _digest(bundle, capture, source) % VARIANTS


def number_of(bundle: Bundle, capture: ModelCapture, variant: int) -> int:
    """Return the number from which a question's weights and batch are made."""
    return _digest(bundle, capture, f"variant {variant}")


def described_answers_run(bundle: Bundle, capture: ModelCapture) -> Run | None:
    """Return the run in which a judge answers all questions; None where no check describes the capture's network."""
    numbers = [number_of(bundle, capture, variant) for variant in range(VARIANTS)]
    key = f"{bundle.version}/{capture.id}/answers"
    return _judge_run(bundle, capture, "answers", {"numbers": numbers}, cache_key=key)


def asked_again_run(bundle: Bundle, source: str, capture: ModelCapture, question: Question) -> Run | None:
    """Return the run in which a judge answers a program's question in the terms of its model."""
    terms: dict[str, Json] = {
        "numbers": [number_of(bundle, capture, variant_of(bundle, source, capture))],
        "sizes": list(question.sizes),
        "tokens": question.tokens,
        "orders": [list(order) for order in question.orders],
    }
    return _judge_run(bundle, capture, "answers-again", terms)


def _judge_run(
    bundle: Bundle, capture: ModelCapture, name: str, terms: dict[str, Json], *, cache_key: str | None = None
) -> Run | None:
    """Return a run of the described network."""
    network = described_network(bundle.code, capture.id)
    if network is None:
        return None
    return Run(
        id=f"{capture.id}-{name}",
        where="judge",
        entry="judge_behaviour",
        arguments={
            "graph": network.to_json(),
            "input_shape": list(capture.input_shape),
            "input_dtype": capture.input_dtype,
            **terms_of(bundle, capture, network),
            **terms,
            "pins": {"seed": bundle.code.seed},
        },
        files={},
        artifacts=("behaviour.json", "outputs.npy", "training_outputs.npy"),
        cache_key=cache_key,
    )


def _digest(bundle: Bundle, capture: ModelCapture, text: str) -> int:
    """Return a number that follows from a text and from what it is asked of."""
    digest = hashlib.sha256(f"{bundle.version}/{capture.id}/{text}".encode()).digest()
    return int.from_bytes(digest[:6], "big")
