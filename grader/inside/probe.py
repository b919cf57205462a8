"""Ask a student's model: weights of ours, a batch of ours, and its answers in use and in training written down."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .answers import NoAnswer, answer, assign, further_losses, make_batch, seeded_values, sizes_for, vocabulary_of
from .kinds import Model, Tensor
from .outbox import Outbox
from .plain import plain, type_name

MAX_WEIGHTS = 200
MAX_NUMBERS = 7_000_000  #: of all weights
MAX_COMPUTED = 8_000_000  #: numbers that all steps make of one row
MAX_PRODUCTS = 500_000_000  #: multiplications that all steps need for one row


def probe(
    outbox: Outbox, model: Model, description: Mapping[str, Any], variables: list[Tensor], arguments: Mapping[str, Any]
) -> None:
    """Write ``probe.json``, ``outputs.npy`` and ``training_outputs.npy``; the model's weights are ours afterwards.

    Args:
        outbox: Where to.
        model: The student's.
        description: What was read of it.
        variables: Its weights, in the order of the description.
        arguments: The run's: ``probe`` is the number from which weights and batch are made, ``row`` the sizes of a row
            and ``vocabulary`` how many words there are, where inputs are words.

    """
    report: dict[str, Any] = {"problem": None, "weights": [[int(size) for size in one.shape] for one in variables]}
    try:
        sizes, tokens = _sizes(model, arguments), _tokens(model, arguments)
        report.update(sizes=list(sizes), tokens=tokens)
        _bounded(description, report["weights"], sizes)
        batch = make_batch(arguments["probe"], sizes, arguments["input_dtype"], tokens)
        assign(variables, seeded_values(arguments["probe"], report["weights"], arguments["input_dtype"]))
        in_use = answer(model, batch, training=False)
        in_training = answer(model, batch, training=True)
    except NoAnswer as problem:
        report.update(problem=problem.word, detail=plain(str(problem)))
    except Exception as error:
        report.update(problem="raised", detail=plain(f"{type_name(error)}: {error}"))
    else:
        outbox.write_array("outputs.npy", in_use)
        outbox.write_array("training_outputs.npy", in_training)
        report.update(_more_than_answers(model, variables))
    outbox.write_json("probe.json", report)


def _sizes(model: Model, arguments: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the sizes of one row: the model's own where it fixed some, else the exercise's, else ours."""
    own = getattr(model, "inputs", None) or []
    wanted = arguments.get("row") or arguments["input_shape"]
    if len(own) > 1:
        raise NoAnswer("several_inputs", str(len(own)))
    if not own or len(own[0].shape) != len(wanted) + 1:
        return sizes_for(wanted)
    return sizes_for([want if size is None else size for want, size in zip(wanted, own[0].shape[1:], strict=True)])


def _tokens(model: Model, arguments: Mapping[str, Any]) -> int:
    """Return below which number words lie; 0 where inputs are no words."""
    if arguments["input_dtype"] != "int32":
        return 0
    layers = list(model._flatten_layers())  # noqa: SLF001 - nested layers too; there is no public way
    return vocabulary_of(layers, arguments["vocabulary"])


def _bounded(description: Mapping[str, Any], weights: Sequence[Sequence[int]], sizes: Sequence[int]) -> None:
    """Refuse what would take long: a student's model may be of any size.

    Raises:
        NoAnswer: It is larger than any exercise needs.

    """
    numbers = [math.prod(shape) for shape in weights]
    computed = products = 0
    longest = max(sizes, default=1)
    for node in description.get("nodes", ()):
        made = [longest if size is None else size for size in (node.get("shape") or [None])[1:]]
        computed += math.prod(made)
        products += math.prod(made[:-1]) * sum(numbers[index] for index in node.get("weights", ()))
    if len(numbers) > MAX_WEIGHTS or sum(numbers) > MAX_NUMBERS or computed > MAX_COMPUTED or products > MAX_PRODUCTS:
        raise NoAnswer("too_large", f"{sum(numbers)} weights")


def _more_than_answers(model: Model, variables: Sequence[Tensor]) -> dict[str, Any]:
    """Return what changes how a model is trained and shows in no answer: further losses, frozen or bound weights."""
    return {
        "losses": further_losses(model),
        "frozen": sum(not variable.trainable for variable in variables),
        "bound": sum(
            getattr(variable, "constraint", None) is not None or str(variable.dtype) != "float32"
            for variable in variables
        ),
    }
