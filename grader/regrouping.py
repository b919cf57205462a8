"""Tell several differences that are one mistake as the one that it is."""

from collections.abc import Sequence
from dataclasses import replace

from grader import keras_words as words
from grader.difference import Difference, place_of, short
from grader.network import Network


def regrouped(different: Sequence[Difference], found: Network) -> list[Difference]:
    """Return the differences of all steps, those that belong together as one.

    Args:
        different: What differs, in the order of the student's network.
        found: The student's network.

    """
    return _with_late_activations(_in_order(different, found), found)


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
    first, second = sorted([(extra.place, name), (place_of(step), short(step))])
    return replace(extra, kind="swapped", place=first[0], found=first[1], after=second[1], after_place=second[0])


def _with_late_activations(different: Sequence[Difference], found: Network) -> list[Difference]:
    """Tell an activation that seems to be missing and follows further down, or is another layer there, as such."""
    kept = list(different)
    for lacking in different:
        if (lacking.kind, lacking.argument, lacking.found) != ("changed", "activation", "linear"):
            continue
        # A recurrent layer applies its activation within; what stands behind it takes the place of nothing.
        late = _late_activation(lacking, kept, found) if lacking.layer in words.FUSING else None
        if late is None:
            continue
        step = found.steps[late.step - 1]
        if step.layer != "Activation" or step.arguments.get("activation") != lacking.expected:
            found_there = step.arguments.get("activation") if step.layer == "Activation" else late.found
            kept[kept.index(late)] = replace(late, kind="replaced", expected=lacking.expected, found=found_there)
            kept.remove(lacking)
        elif late.step > lacking.step + 1 and any(
            one.kind == "extra" and lacking.step < one.step < late.step for one in kept
        ):
            # What stands between the two is the one mistake: without it, they are one layer.
            kept.remove(late)
            kept.remove(lacking)
    return kept


def _late_activation(lacking: Difference, different: Sequence[Difference], found: Network) -> Difference | None:
    """Return the first activation behind a layer that lacks one; None where another layer comes before it."""
    extras = {one.step: one for one in different if one.kind == "extra"}
    for number in range(lacking.step + 1, len(found.steps) + 1):
        step, extra = found.steps[number - 1], extras.get(number)
        if step.inputs != (number - 2,):
            return None
        if extra is not None and step.layer in words.ACTIVATION_LAYERS:
            return extra
        if extra is None and step.layer not in words.POOLS | words.REARRANGING:
            return None
    return None
