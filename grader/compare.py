"""Compare two canonical networks and say where they differ, in the places a student can find."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from exercises.schema import LayersPolicy
from grader.alignment import Pairs, align, argument_differences
from grader.contract import Json
from grader.keras_words import INITIALISERS
from grader.network import Network, Remark, Step

Kind = Literal[
    "changed", "replaced", "missing", "extra", "moved", "swapped", "counted", "uncounted",
    "input_shape", "batch_size", "outputs", "branches", "unused",
]  # fmt: skip

#: The switches of a policy that count what the canonical form takes away.
COUNTED = ("dropout_of_nothing", "relu_after_pooling", "extra_flatten", "repeated_activations")


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a network differs from the expected one.

    Attributes:
        kind: What is the matter.
        step: Where, counted from 1 in the student's canonical network; for ``missing`` the step before it.
        place: The same, counted as in the student's own program.
        layer: The layer there (for ``missing`` the missing one).
        after: For ``missing``, ``extra`` and ``moved``: the layer behind which it should stand, or stands; empty at the
            start. For ``swapped`` the second of the two.
        after_place: Where that one stands in the student's own program.
        argument: For ``changed``: which argument; for ``counted``: which switch counts it.
        expected: For ``changed`` the value, for ``replaced`` the layer.
        found: Likewise.

    """

    kind: Kind
    step: int = 0
    place: int = 0
    layer: str = ""
    after: str = ""
    after_place: int = 0
    argument: str = ""
    expected: Json = None
    found: Json = None


def differences(
    expected: Network,
    found: Network,
    input_shape: Sequence[int | None],
    policy: LayersPolicy = LayersPolicy(),  # noqa: B008 - frozen
) -> tuple[tuple[Difference, ...], Pairs]:
    """Compare two networks.

    Args:
        expected: What the exercise describes; its input shape comes apart.
        found: The student's.
        input_shape: The exercise's input shape without the batch axis; an open size fits any.
        policy: What the author lets pass or counts.

    Returns:
        The differences, in the order of the network, and the alignment as pairs of step numbers (expected, found).

    """
    expected, found = _as_counted(expected, policy), _as_counted(found, policy)
    pairs = align(expected.steps, found.steps)
    different = _of_inputs(found, input_shape, policy)
    different.extend(_in_order(_of_steps(expected, found, pairs, policy), found))
    if len(found.outputs) != len(expected.outputs):
        different.append(Difference("outputs", expected=len(expected.outputs), found=len(found.outputs)))
    if not different and not _same_edges(expected, found):
        different.append(Difference("branches"))
    if found.unused_weights:
        different.append(Difference("unused", found=found.unused_weights))
    different.extend(_of_remarks(expected, found, policy))
    return tuple(different), pairs


def short(step: Step) -> str:
    """Return a layer in a word, with the size by which a student knows it: ``Conv2D(64)``."""
    sizes = [step.arguments[key] for key in ("filters", "units", "input_dim", "output_dim") if key in step.arguments]
    if step.layer == "Activation":
        sizes = [step.arguments.get("activation")]
    return f"{step.layer}({', '.join(str(size)[:40] for size in sizes)})" if sizes else step.layer


def _as_counted(network: Network, policy: LayersPolicy) -> Network:
    """Return a network without the arguments that a policy lets pass."""
    free = [
        *(("_regularizer", "_constraint") if policy.regularisers == "free" else ()),
        *(("trainable",) if policy.frozen == "free" else ()),
        *(("dtype",) if policy.dtype == "free" else ()),
    ]
    if not free:
        return network
    return replace(
        network,
        steps=tuple(
            replace(
                step, arguments={key: step.arguments[key] for key in step.arguments if not key.endswith(tuple(free))}
            )
            for step in network.steps
        ),
    )


def _of_steps(expected: Network, found: Network, pairs: Pairs, policy: LayersPolicy) -> list[Difference]:
    """Return the differences of all aligned pairs, in the order of the student's network."""
    different: list[Difference] = []
    last: int | None = None
    for want, have in pairs:
        before = None if last is None else found.steps[last]
        after = {"after": "" if before is None else short(before), "after_place": _place(before)}
        if want is not None and have is None:
            step = expected.steps[want]
            place = 0 if last is None else last + 1
            different.append(
                Difference("missing", place, _place(before), step.layer, **after, expected=_words(step))  # type: ignore[arg-type]
            )
        elif have is not None:
            step = found.steps[have]
            if want is None:
                different.append(
                    Difference("extra", have + 1, _place(step), step.layer, **after, found=_words(step))  # type: ignore[arg-type]
                )
            else:
                different.extend(_of_pair(expected.steps[want], step, have + 1, policy))
        last = have if have is not None else last
    return different


def _of_pair(expected: Step, found: Step, number: int, policy: LayersPolicy) -> list[Difference]:
    """Return the differences of one aligned pair."""
    if expected.layer != found.layer:
        words = {"expected": _words(expected), "found": _words(found)}
        return [Difference("replaced", number, _place(found), found.layer, **words)]
    changed = argument_differences(expected, found) + _of_traits(expected, found, policy)
    return [
        Difference(
            "changed",
            number,
            found.places[-1] if key == "activation" and found.places else _place(found),
            found.layer,
            argument=key,
            expected=value,
            found=instead,
        )
        for key, value, instead in changed
    ]


def _of_traits(expected: Step, found: Step, policy: LayersPolicy) -> list[tuple[str, Json, Json]]:
    """Return in which of the names and initialisers that the author asks for two layers differ."""
    asked = [key for key in expected.traits if (policy.names if key == "name" else policy.initialisers) == "named"]
    pairs = [(key, expected.traits[key], found.traits.get(key, INITIALISERS.get(key))) for key in asked]
    return [(key, want, have) for key, want, have in pairs if want != have]


def _in_order(different: Sequence[Difference], found: Network) -> list[Difference]:
    """Tell a layer that is missing in one place and too many in another as one that stands in the wrong place."""
    kept = list(different)
    for missing in different:
        extra = next(
            (one for one in kept if (missing.kind, one.kind) == ("missing", "extra") and one.found == missing.expected),
            None,
        )
        if extra is not None:
            kept[kept.index(extra)] = _moved(missing, extra, found)
            kept.remove(missing)
    return kept


def _moved(missing: Difference, extra: Difference, found: Network) -> Difference:
    """Return the difference of a layer that stands at one place and is wanted at another."""
    # missing.step is the number of the step behind which the layer belongs, extra.step the one where it stands.
    neighbour = {missing.step: extra.step == missing.step - 1, missing.step + 1: extra.step == missing.step + 2}
    other = next((number for number, is_beside in neighbour.items() if is_beside and number > 0), None)
    name = short(found.steps[extra.step - 1])
    if other is None:
        return replace(extra, kind="moved", found=name, after=missing.after, after_place=missing.after_place)
    step = found.steps[other - 1]
    first, second = sorted([(extra.place, name), (_place(step), short(step))])
    return replace(extra, kind="swapped", place=first[0], found=first[1], after=second[1], after_place=second[0])


def _of_remarks(expected: Network, found: Network, policy: LayersPolicy) -> list[Difference]:
    """Return what the canonical form took away and the author counts all the same."""
    different: list[Difference] = []
    for kind in (one for one in COUNTED if getattr(policy, one) == "counted"):
        wanted, there = _of_kind(expected, kind), _of_kind(found, kind)
        different += [
            Difference("counted", place=one.place, layer=one.layer, argument=kind) for one in there[len(wanted) :]
        ]
        different += [Difference("uncounted", layer=one.layer, argument=kind) for one in wanted[len(there) :]]
    return different


def _of_kind(network: Network, kind: str) -> list[Remark]:
    """Return a network's remarks of one kind."""
    return [remark for remark in network.remarks if remark.kind == kind]


def _of_inputs(found: Network, input_shape: Sequence[int | None], policy: LayersPolicy) -> list[Difference]:
    """Return what is wrong with the network's input."""
    if len(found.input_shapes) != 1:
        return [Difference("input_shape", expected=1, found=len(found.input_shapes), argument="count")]
    batch, *sizes = found.input_shapes[0] or (None,)
    wrong = []
    fits = len(sizes) == len(input_shape) and all(
        want is None or have is None or want == have for want, have in zip(input_shape, sizes, strict=True)
    )
    if not fits:
        wrong.append(Difference("input_shape", expected=list(input_shape), found=sizes))
    if batch is not None and policy.batch_size == "refused":
        wrong.append(Difference("batch_size", found=batch))
    return wrong


def _same_edges(expected: Network, found: Network) -> bool:
    """Tell whether the steps read from each other in the same way."""
    edges = [step.inputs for step in expected.steps] == [step.inputs for step in found.steps]
    return edges and expected.outputs == found.outputs


def _place(step: Step | None) -> int:
    """Return where a step stands in the student's own program; 0 before the first."""
    return step.places[0] if step is not None and step.places else 0


def _words(step: Step) -> Json:
    """Return a layer as plain data."""
    return {"layer": step.layer, **step.arguments}
