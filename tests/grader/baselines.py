"""Three other ways to grade a network, from their descriptions, to measure side by side what each gets wrong.

They read what ``layer_list.py`` wrote down with real Keras. Kindnesses: an unbuilt model is built for them,
``layer.output.shape`` stands in for what Keras 3 has no longer, and ``SimpleRNN.return_sequences`` is compared too. A
grader that stops with an exception has rejected.
"""

from collections.abc import Callable, Mapping
from typing import Any

Seen = Mapping[str, Any]  #: ``layers`` and ``parameters``, or ``stopped``; ``names``


def course_comparator(reference: Seen, found: Seen) -> bool:
    """Accept as the comparator of a well-known course does: layer by layer, after a look at their number.

    Each layer is class name, output shape and parameter count, with padding, activation and initialiser of a
    convolution, the windows of a pool, the rate of a dropout and the activation of a dense layer.
    """
    return _same_length(reference, found) and comparator_without_length(reference, found)


def comparator_without_length(reference: Seen, found: Seen) -> bool:
    """Accept as the copies of that comparator do that zip both lists and forget the rest."""
    if "stopped" in found:
        return False
    return all(_same_row(*rows) for rows in zip(reference["layers"], found["layers"], strict=False))


def parameter_count(reference: Seen, found: Seen) -> bool:
    """Accept a model with as many parameters."""
    return bool(found.get("parameters") == reference["parameters"])


def names_of_classes(reference: Seen, found: Seen) -> bool:
    """Accept a model whose layers are of the same classes in the same order."""
    return bool(found.get("names") == reference["names"])


BASELINES: Mapping[str, Callable[[Seen, Seen], bool]] = {
    "course comparator, length checked": course_comparator,
    "course comparator, zip only": comparator_without_length,
    "parameter count only": parameter_count,
    "class names only": names_of_classes,
}


def _same_length(reference: Seen, found: Seen) -> bool:
    """Tell whether both have as many layers."""
    return "layers" in found and len(found["layers"]) == len(reference["layers"])


def _same_row(wanted: list[Any], there: list[Any]) -> bool:
    """Compare two layers; an open size in the reference fits any, which is a kindness too."""
    if len(wanted) != len(there) or len(wanted[1]) != len(there[1]):
        return False
    shapes = all(want is None or want == have for want, have in zip(wanted[1], there[1], strict=True))
    return shapes and [wanted[0], *wanted[2:]] == [there[0], *there[2:]]
