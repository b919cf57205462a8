"""Compare two canonical networks and say where they differ, in the places a student can find."""

from collections.abc import Sequence
from dataclasses import replace

from exercises.schema import LayersPolicy
from grader.alignment import Pairs, align, argument_differences
from grader.contract import Json
from grader.difference import Difference, place_of, short, words_of
from grader.keras_words import INITIALISERS
from grader.network import Network, Remark, Step
from grader.regrouping import regrouped

#: The switches of a policy that count what the canonical form takes away.
COUNTED = ("dropout_of_nothing", "relu_after_pooling", "extra_flatten", "repeated_activations")


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
    different.extend(regrouped(_of_steps(expected, found, pairs, policy), found))
    if len(found.outputs) != len(expected.outputs):
        different.append(Difference("outputs", expected=len(expected.outputs), found=len(found.outputs)))
    if not different and not _same_edges(expected, found):
        different.append(Difference("branches"))
    if found.unused_weights:
        different.append(Difference("unused", found=found.unused_weights))
    different.extend(_of_remarks(expected, found, policy))
    return tuple(different), pairs


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
        after = {"after": "" if before is None else short(before), "after_place": place_of(before)}
        if want is not None and have is None:
            step = expected.steps[want]
            place = 0 if last is None else last + 1
            different.append(
                Difference("missing", place, place_of(before), step.layer, **after, expected=words_of(step))  # type: ignore[arg-type]
            )
        elif have is not None:
            step = found.steps[have]
            if want is None:
                different.append(
                    Difference("extra", have + 1, place_of(step), step.layer, **after, found=words_of(step))  # type: ignore[arg-type]
                )
            else:
                different.extend(_of_pair(expected.steps[want], step, have + 1, policy))
        last = have if have is not None else last
    return different


def _of_pair(expected: Step, found: Step, number: int, policy: LayersPolicy) -> list[Difference]:
    """Return the differences of one aligned pair."""
    if expected.layer != found.layer:
        words = {"expected": words_of(expected), "found": words_of(found)}
        return [Difference("replaced", number, place_of(found), found.layer, **words)]
    changed = _told(argument_differences(expected, found)) + _of_traits(expected, found, policy)
    return [_changed(number, found, *one) for one in changed]


def _told(changed: list[tuple[str, Json, Json]]) -> list[tuple[str, Json, Json]]:
    """Return the arguments without those that follow from another one: ``lora_rank`` freezes and sets an alpha."""
    if not any(key == "lora_rank" for key, _, _ in changed):
        return changed
    return [one for one in changed if one[0] not in {"lora_alpha", "trainable"}]


def _changed(number: int, found: Step, argument: str, expected: Json, instead: Json) -> Difference:
    """Return the difference of one argument."""
    place, owner = place_of(found), 0
    if argument == "activation" and found.places and found.places[-1] != place:
        place, owner = found.places[-1], place
    return Difference(
        "changed",
        number,
        place,
        found.layer,
        after_place=owner,
        argument=argument,
        expected=expected,
        found=instead,
    )


def _of_traits(expected: Step, found: Step, policy: LayersPolicy) -> list[tuple[str, Json, Json]]:
    """Return in which of the names and initialisers that the author asks for two layers differ."""
    asked = [key for key in expected.traits if (policy.names if key == "name" else policy.initialisers) == "named"]
    pairs = [(key, expected.traits[key], found.traits.get(key, INITIALISERS.get(key))) for key in asked]
    return [(key, want, have) for key, want, have in pairs if want != have]


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
