"""Which layers hand on what they are given, number for number, in training too."""

from collections.abc import Callable, Mapping

from grader import keras_words as words
from grader.contract import Json
from grader.draft import Part, Sizes

Arguments = Mapping[str, Json]


def is_neutral(part: Part, source: Part) -> bool:
    """Tell whether a part with one input changes nothing; ``source`` is what it reads."""
    rule = _RULES.get(part.layer)
    return rule is not None and rule(part.arguments, source.shape)


def pads_nothing(part: Part, source: Part) -> bool:
    """Tell whether a layer with windows and ``padding='same'`` pads nothing, because its windows fit its input."""
    size = part.arguments.get("pool_size")
    if part.layer not in words.WINDOW_POOLS or part.arguments.get("padding") != "same" or not isinstance(size, list):
        return False
    strides, sizes = part.arguments.get("strides", size), (source.shape or ())[1:-1]
    return (
        isinstance(strides, list)
        and len(size) == len(strides) == len(sizes)
        and all(
            isinstance(window, int)
            and isinstance(step, int)
            and step > 0
            and (length - 1) // step * step + window <= length
            for window, step, length in zip(size, strides, (length or 0 for length in sizes), strict=True)
        )
    )


def _zero(value: Json) -> bool:
    """Tell whether a number, or all numbers in nested lists, are zero."""
    return all(_zero(item) for item in value) if isinstance(value, list) else value is None or value == 0


def _in_order(arguments: Arguments, _: Sizes | None) -> bool:
    """Tell whether a permutation leaves the axes as they are."""
    axes = arguments.get("dims")
    return isinstance(axes, list) and axes == list(range(1, len(axes) + 1))


_RULES: Mapping[str, Callable[[Arguments, Sizes | None], bool]] = {
    "Identity": lambda _arguments, _shape: True,
    "Activation": lambda arguments, _: arguments.get("activation") == "linear",
    "GaussianNoise": lambda arguments, _: arguments.get("stddev") == 0,
    "ActivityRegularization": lambda arguments, _: _zero([arguments.get("l1"), arguments.get("l2")]),
    "Rescaling": lambda arguments, _: (arguments.get("scale"), arguments.get("offset", 0)) == (1, 0),
    "ZeroPadding1D": lambda arguments, _: _zero(arguments.get("padding")),
    "ZeroPadding2D": lambda arguments, _: _zero(arguments.get("padding")),
    "Cropping1D": lambda arguments, _: _zero(arguments.get("cropping")),
    "Cropping2D": lambda arguments, _: _zero(arguments.get("cropping")),
    "UpSampling1D": lambda arguments, _: arguments.get("size") in (1, [1]),
    "UpSampling2D": lambda arguments, _: arguments.get("size") == [1, 1],
    "Permute": _in_order,
    **dict.fromkeys(words.DROPOUTS, lambda arguments, _: arguments.get("rate") == 0),
}
