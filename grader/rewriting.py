"""The rules by which two ways of writing the same network become one: applied until none applies any more."""

from collections.abc import Mapping

from grader import keras_words as words
from grader.draft import Draft, Part, keeps_all_numbers, rank

FLAT = 2  #: axes of something flat, batch included


def rewrite(draft: Draft) -> None:
    """Bring a draft into canonical form, in place."""
    _drop_neutral(draft)
    _flatten_reshapes(draft)
    _hoist(draft)
    while _drop_repeated(draft):
        _hoist(draft)
    _fuse(draft)


def _drop_neutral(draft: Draft) -> None:
    """Take out what never changes a number: Identity, linear activations, dropout of nothing."""
    for number in list(draft.parts):
        part = draft.parts[number]
        if len(part.inputs) == 1 and _is_neutral(part):
            draft.drop(number)


def _is_neutral(part: Part) -> bool:
    """Tell whether a part hands its input on as it is, in training too."""
    if part.layer == "Identity":
        return True
    if part.layer in words.DROPOUTS:
        return part.arguments.get("rate") == 0
    return part.layer == "Activation" and part.arguments.get("activation") == "linear"


def _flatten_reshapes(draft: Draft) -> None:
    """Read a reshape to one axis as Flatten; drop what flattens something flat or is flattened at once."""
    for number in list(draft.parts):
        part = draft.parts[number]
        source = draft.feeding(part)
        if part.layer not in words.REARRANGING or source is None:
            continue
        if part.layer == "Reshape" and keeps_all_numbers(source.shape, part.shape):
            if part.shape is not None and part.shape == source.shape and None not in part.shape[1:]:
                draft.drop(number)
                continue
            if rank(part.shape) == FLAT:
                part.layer, part.arguments = "Flatten", {}
        if part.layer == "Flatten" and rank(source.shape) == FLAT:
            draft.drop(number)
        elif part.layer == "Flatten" and source.layer == "Reshape" and draft.reads()[part.inputs[0]] == 1:
            draft.drop(part.inputs[0])


def _hoist(draft: Draft) -> None:
    """Move each elementwise activation before the poolings and rearrangings it follows; the function stays the same.

    Each activation goes all its way at once, the earliest first: a network of hundreds of layers costs no more time
    than their number of pairs.
    """
    reads = draft.reads()
    for number in draft.parts:
        place = number
        while _can_rise(draft, place, reads):
            draft.swap_with_input(place)
            (place,) = draft.parts[place].inputs


def _can_rise(draft: Draft, number: int, reads: Mapping[int, int]) -> bool:
    """Tell whether a part is an activation that may change places with the part it reads."""
    part = draft.parts[number]
    source = draft.feeding(part)
    if source is None or part.layer != "Activation" or reads[part.inputs[0]] > 1:
        return False
    word = part.arguments.get("activation")
    over_pool = source.layer in words.POOLS and word in words.MONOTONE
    return over_pool or (source.layer in words.REARRANGING and word in words.ELEMENTWISE)


def _drop_repeated(draft: Draft) -> bool:
    """Take out one relu of a relu."""
    for number, part in draft.parts.items():
        source = draft.feeding(part)
        if source is None or part.layer != "Activation" or source.layer != "Activation":
            continue
        word = part.arguments.get("activation")
        if word in words.IDEMPOTENT and word == source.arguments.get("activation"):
            draft.drop(number)
            return True
    return False


def _fuse(draft: Draft) -> None:
    """Write an activation right behind a layer with weights as that layer's own."""
    for number in list(draft.parts):
        part = draft.parts[number]
        source = draft.feeding(part)
        if source is None or part.layer != "Activation" or source.layer not in words.FUSING:
            continue
        if draft.reads()[part.inputs[0]] == 1 and "activation" not in source.arguments:
            source.arguments["activation"] = part.arguments["activation"]
            draft.drop(number)
