"""The rules by which two ways of writing the same network become one: applied until none applies any more."""

from collections.abc import Mapping

from grader import keras_words as words
from grader.contract import Json
from grader.draft import Draft, Part, Sizes, keeps_all_numbers, rank
from grader.network import OPERATION
from grader.neutral import is_neutral, pads_nothing

FLAT = 2  #: axes of something flat, batch included


def rewrite(draft: Draft) -> None:
    """Bring a draft into canonical form, in place."""
    draft.prune()
    _read_last_steps(draft)
    _drop_neutral(draft)
    _flatten_reshapes(draft)
    _hoist(draft)
    while _drop_repeated(draft):
        _hoist(draft)
    _fuse(draft)


def _read_last_steps(draft: Draft) -> None:
    """Read the last of a recurrent layer's steps, or its last state, as the layer that gives only that."""
    reads = draft.reads()
    for number, part in list(draft.parts.items()):
        source = draft.feeding(part)
        if source is None or source.layer not in words.LAST_STATE_IS_OUTPUT:
            continue
        sequences = source.arguments.get("return_sequences") is True
        is_state = part.layer == f"{OPERATION}Output" and part.arguments == {"place": 1}
        if reads[part.inputs[0]] == 1 and (is_state or (sequences and _is_last_step(part, source.shape))):
            source.arguments.pop("return_sequences", None)
            source.arguments.pop("return_state", None)
            source.shape = part.shape
            draft.drop(number)
    with_states = {part.inputs[0] for part in draft.parts.values() if part.layer == f"{OPERATION}Output"}
    for number, part in draft.parts.items():
        if part.layer in words.LAST_STATE_IS_OUTPUT and number not in with_states:
            part.arguments.pop("return_state", None)


def _is_last_step(part: Part, shape: Sizes | None) -> bool:
    """Tell whether a part takes the last step out of a sequence: ``x[:, -1]`` and the like."""
    length = None if shape is None or len(shape) < FLAT else shape[1]
    last = {-1} if length is None else {-1, length - 1}
    if part.layer == f"{OPERATION}Take":
        return _is_index(part.arguments.get("argument 1"), last) and part.arguments.get("axis") == 1
    key = part.arguments.get("argument 1")
    if part.layer != f"{OPERATION}GetItem" or not isinstance(key, list) or not FLAT <= len(key) <= FLAT + 1:
        return False
    # "..." stands for the batch axis alone only where the axes behind it are written out.
    before = key[0] == ":" or (key[0] == "..." and len(key) == FLAT + 1)
    return before and _is_index(key[1], last) and key[2:] in ([], [":"])


def _is_index(value: Json, wanted: set[int]) -> bool:
    """Tell whether a value is one of some indices, and a plain number."""
    return isinstance(value, int) and not isinstance(value, bool) and value in wanted


def _drop_neutral(draft: Draft) -> None:
    """Take out what never changes a number, and padding that pads nothing."""
    for number in list(draft.parts):
        part = draft.parts[number]
        source = draft.feeding(part)
        if source is None:
            continue
        if pads_nothing(part, source):
            del part.arguments["padding"]
        if is_neutral(part, source):
            if part.layer in words.DROPOUTS:
                draft.remark("dropout_of_nothing", part)
            draft.drop(number)


def _flatten_reshapes(draft: Draft) -> None:
    """Read a reshape to one axis as Flatten; drop what reshapes or flattens something that is again reshaped."""
    reads = draft.reads()
    for number in list(draft.parts):
        part = draft.parts[number]
        source = draft.feeding(part)
        if part.layer not in words.REARRANGING or source is None or not keeps_all_numbers(source.shape, part.shape):
            continue
        if source.layer == "Reshape" and reads[part.inputs[0]] == 1:
            before = draft.feeding(source)
            if before is not None and keeps_all_numbers(before.shape, source.shape):
                draft.remark("extra_flatten", source)
                draft.drop(part.inputs[0])
                source = before
        if _reshapes_nothing(part, source):
            draft.drop(number)
        elif part.layer == "Reshape" and rank(part.shape) == FLAT:
            part.layer, part.arguments = "Flatten", {}
        if part.layer == "Flatten" and rank(source.shape) == FLAT and number in draft.parts:
            draft.remark("extra_flatten", part)
            draft.drop(number)


def _reshapes_nothing(part: Part, source: Part) -> bool:
    """Tell whether a reshape gives the shape that was there before."""
    return (
        part.layer == "Reshape" and part.shape is not None and part.shape == source.shape and None not in part.shape[1:]
    )


def _hoist(draft: Draft) -> None:
    """Move each elementwise activation before the poolings and rearrangings it follows; the function stays the same.

    Each activation goes all its way at once, the earliest first: a network of hundreds of layers costs no more time
    than their number of pairs.
    """
    reads = draft.reads()
    for number in draft.parts:
        place, over_pool = number, False
        while _can_rise(draft, place, reads):
            (below,) = draft.parts[place].inputs
            over_pool = over_pool or draft.parts[below].layer in words.POOLS
            draft.swap_with_input(place)
            place = below
        if over_pool:
            draft.remark("relu_after_pooling", draft.parts[place])


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
    """Take out every relu of a relu."""
    found = False
    for number, part in list(draft.parts.items()):
        source = draft.feeding(part)
        if source is None or part.layer != "Activation" or source.layer != "Activation":
            continue
        word = part.arguments.get("activation")
        if word in words.IDEMPOTENT and word == source.arguments.get("activation"):
            draft.remark("repeated_activations", part)
            draft.drop(number)
            found = True
    return found


def _fuse(draft: Draft) -> None:
    """Write an activation right behind a layer with weights as that layer's own."""
    reads = draft.reads()
    for number in list(draft.parts):
        part = draft.parts[number]
        source = draft.feeding(part)
        if source is None or part.layer != "Activation" or source.layer not in words.FUSING:
            continue
        (before,) = part.inputs
        if reads[before] == 1 and "activation" not in source.arguments:
            source.arguments["activation"] = part.arguments["activation"]
            source.places = (*source.places[:1], *part.places[:1]) if part.places != source.places else source.places
            reads[before] = reads[number]
            draft.drop(number)
