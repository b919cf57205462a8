"""What to do about a network that differs: the mistakes that raise no error and are easily made, by their traces."""

from collections.abc import Callable, Sequence

from exercises.text import Text
from grader.difference import Difference
from grader.network import Network
from grader.recognising import activations, arguments, layers
from grader.recognising.seen import Seen

HINT = Text(
    zh="从输入开始，把自己的每一层与题目列出的逐条对照。",
    en="Go through your layers from the input on and compare each with the list in the task.",
)

#: Tried in this order; the first that recognises its mistake speaks.
RULES: tuple[Callable[[Seen], Text | None], ...] = (
    arguments.strides,
    activations.softmax_of_one,
    activations.activation_twice,
    layers.several_ends,
    layers.channel,
    layers.flatten_in_place,
    # A layer between another and its activation is the cause where one seems to be missing.
    layers.only_in_training,
    activations.no_activation,
    activations.other_activation_layer,
    arguments.same_padding,
    arguments.swapped_sizes,
    arguments.frozen,
    arguments.number_type,
    arguments.not_asked_for,
    layers.fixed_batch,
    arguments.units_at_the_end,
    layers.count,
)


def hint_for(different: Sequence[Difference], expected: Network, found: Network) -> Text:
    """Return the hint for the first mistake that is recognised, else that all be compared."""
    seen = Seen(different, expected, found)
    return next((text for rule in RULES if (text := rule(seen)) is not None), HINT)
