"""What a student reads of a network that differs: one mistake is one sentence, and the hint is its cure."""

from typing import Any

import pytest
from describedmodels import NETWORKS, expected_of

from grader.compare import differences
from grader.difference_hints import HINT, hint_for
from grader.difference_messages import sentence
from grader.network import Network, Step

RELU, SOFTMAX = {"activation": "relu"}, {"activation": "softmax"}
FIRST = ("Conv2D", {"filters": 32, "kernel_size": [5, 5], **RELU})
SECOND = ("Conv2D", {"filters": 64, "kernel_size": [5, 5], **RELU})
POOL, FLATTEN = ("MaxPooling2D", {"pool_size": [2, 2]}), ("Flatten", {})
WIDE, LAST = ("Dense", {"units": 128, **RELU}), ("Dense", {"units": 10, **SOFTMAX})
WORDS, RECURRENT = ("Embedding", {"input_dim": 1000, "output_dim": 64}), ("SimpleRNN", {"units": 30})
NARROW, ANSWER = ("Dense", {"units": 16, **RELU}), ("Dense", {"units": 1, "activation": "sigmoid"})

Layers = list[tuple[str, dict[str, Any]]]


def network(layers: Layers, places: dict[int, tuple[int, ...]] | None = None, **parts: Any) -> Network:  # noqa: ANN401
    """Return the canonical chain of these layers; ``places`` gives where those of some numbers stand in the program."""
    steps = [
        Step(layer, arguments, (number - 1,), places=(places or {}).get(number, (number + 1,)))
        for number, (layer, arguments) in enumerate(layers)
    ]
    parts = {"input_shapes": ((None, *NETWORKS["cnn"][1]),), **parts}
    return Network(tuple(steps), (len(steps) - 1,), **parts)


def told(corpus: str, found: Network) -> tuple[list[str], list[str], str, str]:
    """Return the sentences in English and in Chinese, and the hint in both."""
    expected = expected_of(corpus)
    shape = NETWORKS[corpus][1] if corpus == "cnn" else found.input_shapes[0][1:]
    different, _ = differences(expected, found, shape)
    texts, hint = [sentence(one) for one in different], hint_for(different, expected, found)
    return [text.en for text in texts], [text.zh for text in texts], hint.en, hint.zh


def cnn(*behind: tuple[int, str, dict[str, Any]], **changed: dict[str, Any]) -> Layers:
    """Return the layers of the course's network; ``_2=`` changes the second, ``(2, ...)`` puts one behind it."""
    layers = [(layer, dict(arguments)) for layer, arguments in (FIRST, SECOND, POOL, FLATTEN, WIDE, LAST)]
    for place, arguments in changed.items():
        own = layers[int(place.removeprefix("_")) - 1][1]
        own |= arguments
        for key in [key for key, value in own.items() if value is None]:
            del own[key]
    for number, layer, arguments in reversed(behind):
        layers.insert(number, (layer, arguments))
    return layers


LINEAR: dict[str, Any] = {"activation": None}


@pytest.mark.parametrize(
    ("layers", "en", "zh"),
    [
        (cnn(_2={"kernel_size": [5, 5], "strides": [2, 2]}), "Leave out strides: the window moves by 1.",
         "请删去 strides：卷积核每次移动 1 格。"),
        (cnn(_2={"strides": [5, 5]}), "In Conv2D(64, 5, 5) the second 5 is the stride; write the kernel as (5, 5).",
         "Conv2D(64, 5, 5) 中的第二个 5 是步幅；卷积核请写成 (5, 5)。"),
        (cnn(_1={"filters": 16, "kernel_size": [3, 3], "strides": [3, 3]}),
         "In Conv2D(16, 3, 3) the second 3 is the stride; write the kernel as (3, 3).",
         "Conv2D(16, 3, 3) 中的第二个 3 是步幅；卷积核请写成 (3, 3)。"),
        (cnn(_3={"strides": [1, 1]}), "Leave out strides: the window moves by its own size.",
         "请删去 strides：窗口每次移动它自己的大小。"),
    ],
)  # fmt: skip
def test_a_stride_is_told_by_what_was_written(layers: Layers, en: str, zh: str) -> None:
    """A kernel is spoken of only where the stride has its size; else the stride is to be left out."""
    assert (en, zh) == told("cnn", network(layers))[2:]


@pytest.mark.parametrize("word", ["linear", "relu"])
def test_a_recurrent_layer_has_its_activation(word: str) -> None:
    """An Activation behind it would not be the same, so none is asked for."""
    found = network([WORDS, ("SimpleRNN", {"units": 30, "activation": word}), NARROW, ANSWER])
    en, _, hint, hint_zh = told("rnn", found)

    assert [f"Step 2, SimpleRNN: activation tanh expected, {word} found."] == en
    assert "Leave out activation=: SimpleRNN applies tanh at every step by itself" in hint
    assert "请删去 activation=：SimpleRNN 每一步自带 tanh；在后面另加 Activation 并不等价。" == hint_zh


@pytest.mark.parametrize("layer", ["BatchNormalization", "LayerNormalization"])
def test_a_layer_before_the_activation_is_the_one_mistake(layer: str) -> None:
    """Without it the activation stands where it should."""
    found = network(cnn((2, layer, {}), (2, "Activation", RELU), _2=LINEAR))
    en, zh, hint, _ = told("cnn", found)

    assert [f"Step 3, {layer}(), is not asked for."] == en
    assert [f"第 3 步 {layer}() 不在要求之中。"] == zh
    assert "take it out" in hint


def test_reshapes_around_the_last_activation_are_the_mistake() -> None:
    """The same where it follows a reshape and something comes behind it."""
    around = [(6, "Reshape", {"target_shape": [10, 1]}), (6, "Activation", SOFTMAX), (6, "Flatten", {})]
    en = told("cnn", network(cnn(*around, _6=LINEAR)))[0]

    assert ["Step 7, Reshape(target_shape=(10, 1)), is not asked for.", "Step 9, Flatten(), is not asked for."] == en


def test_normalisation_speaks_before_a_missing_activation() -> None:
    """Where both are there, the layer too many is the likelier cause."""
    assert "take it out" in told("cnn", network(cnn((2, "BatchNormalization", {}), _2=LINEAR)))[2]


@pytest.mark.parametrize(
    ("layer", "arguments", "shown"),
    [
        ("LeakyReLU", {}, "LeakyReLU()"),
        ("ReLU", {"max_value": 20}, "ReLU(max_value=20)"),
        ("ReLU", {"threshold": 0.1}, "ReLU(threshold=0.1)"),
        ("PReLU", {}, "PReLU()"),
    ],
)
def test_another_activation_layer_stands_in_the_place_of_the_activation(
    layer: str, arguments: dict[str, Any], shown: str
) -> None:
    """It is no layer too many and no activation forgotten, but the wrong one."""
    en, zh, hint, hint_zh = told("cnn", network(cnn((5, layer, arguments), _5=LINEAR)))

    assert [f"Step 6: relu expected, {shown} found."] == en
    assert [f"第 6 步：应为 relu，实际是 {shown}。"] == zh
    assert "Remove step 6 and write activation='relu' in the layer before it." == hint
    assert "请删去第 6 步，在它前面的层里写 activation='relu'。" == hint_zh


def test_another_activation_behind_a_pooling_or_a_normalisation() -> None:
    """What only rearranges numbers, or is too many itself, may stand in between; another layer may not."""
    pooled = told("cnn", network(cnn((3, "LeakyReLU", {}), _2=LINEAR)))[0]
    normalised = told("cnn", network(cnn((5, "BatchNormalization", {}), (5, "Activation", SOFTMAX), _5=LINEAR)))[0]
    apart = told("cnn", network(cnn((2, "LeakyReLU", {}), _1=LINEAR)))[0]

    assert ["Step 4: relu expected, LeakyReLU() found."] == pooled
    assert ["Step 6, BatchNormalization(), is not asked for.", "Step 7: relu expected, softmax found."] == normalised
    assert ["Step 1, Conv2D: the activation is missing; add activation='relu'.",
            "Step 3, LeakyReLU(), is not asked for."] == apart  # fmt: skip


def test_an_activation_of_its_own_is_named_with_its_layer() -> None:
    """The step that is wrong is the Activation, not the layer before it."""
    found = network(cnn(_5={"activation": "tanh"}), {4: (7, 8), 5: (9,)})
    en, zh, _, _ = told("cnn", found)

    assert ["Step 8, Activation (of the Dense in step 7): relu expected, tanh found."] == en
    assert ["第 8 步 Activation（属于第 7 步 Dense）：应为 relu，实际是 tanh。"] == zh


@pytest.mark.parametrize("extra", ["tanh", "relu", "softmax"])
def test_an_activation_behind_a_recurrent_layer(extra: str) -> None:
    """It has its own, whatever stands behind it; no count of layers says so."""
    found = network([WORDS, RECURRENT, ("Activation", {"activation": extra}), NARROW, ANSWER])
    _, _, hint, hint_zh = told("rnn", found)

    assert "SimpleRNN(30) has its activation (tanh) already: remove step 3." == hint
    assert "SimpleRNN(30) 已自带激活函数 tanh，请删去第 3 步。" == hint_zh


@pytest.mark.parametrize(
    ("layers", "en", "zh"),
    [
        (cnn((5, "Activation", SOFTMAX)), "Step 5 has its activation (relu) already: remove the softmax of step 6.",
         "第 5 步已有激活函数 relu，请删去第 6 步的 softmax。"),
        (cnn((5, "LeakyReLU", {})), "Step 5 has its activation (relu) already: remove the LeakyReLU of step 6.",
         "第 5 步已有激活函数 relu，请删去第 6 步的 LeakyReLU。"),
        (cnn((6, "Activation", SOFTMAX), _6=RELU),
         "Change the activation of step 6 from relu to softmax, and remove step 7.",
         "请把第 6 步的激活函数 relu 改为 softmax，并删去第 7 步。"),
    ],
)  # fmt: skip
def test_of_two_activations_the_one_to_remove_is_named(layers: Layers, en: str, zh: str) -> None:
    """The second one, and where the first is the wrong one, what to write there."""
    assert (en, zh) == told("cnn", network(layers))[2:]


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([FIRST], "your network has 1"),
        ([FIRST, SECOND, POOL, LAST], "your network has 4"),
        ([FIRST, SECOND, ("GlobalMaxPooling2D", {}), WIDE, LAST], "your network has 5"),
        ([FIRST, SECOND, POOL, WIDE, LAST], "Flatten belongs before the first Dense"),
        ([FIRST, SECOND, POOL, WIDE, FLATTEN, LAST], "Flatten belongs before the first Dense"),
    ],
)
def test_flatten_is_the_hint_where_it_is_the_mistake(layers: Layers, words: str) -> None:
    """Not where more is missing, or nothing is left to flatten."""
    assert words in told("cnn", network(layers))[2]


def test_a_shared_layer_too_many_is_told_as_such() -> None:
    """The student wrote no argument ``shares_weights``."""
    again = (5, "Dense", {"units": 128, "shares_weights": 5, **RELU})
    en, zh, _, _ = told("cnn", network(cnn(again)))

    assert ["Step 6 uses the Dense of step 5 again: make a layer of its own."] == en
    assert ["第 6 步再次使用了第 5 步的 Dense；请为它新建一个层。"] == zh


def test_of_lora_only_the_rank_is_told() -> None:
    """Its alpha and the frozen kernel follow from it."""
    en = told("cnn", network(cnn(_5={"lora_rank": 4, "lora_alpha": 4, "trainable": False})))[0]

    assert ["Step 5, Dense: lora_rank is not asked for (4 found); leave it out."] == en


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        (network(cnn(_1={"trainable": False})), "Remove trainable=False.", "请删去 trainable=False。"),
        (network(cnn(_1={"dtype": "float16"})), "Remove dtype= and whatever", "请删去 dtype="),
        (network(cnn(_5={"use_bias": False})), "Leave out use_bias=.", "请删去 use_bias=。"),
        (network(cnn(_5={"kernel_regularizer": "L2"})), "Leave out kernel_regularizer=.", "请删去 kernel_regularizer="),
        (network(cnn(), input_shapes=((64, 28, 28, 1),)), "Remove batch_size=", "请删去 batch_size="),
        (network(cnn(), input_shapes=((None, 28, 28, 1),) * 2), "Keep one Input alone.", "只保留一个 Input。"),
        (network(cnn(_3={"pool_size": [3, 3]})), HINT.en, HINT.zh),
    ],
)
def test_where_the_cure_is_known_it_is_the_hint(found: Network, en: str, zh: str) -> None:
    """Comparing all layers is the advice only where nothing better is known."""
    _, _, hint, hint_zh = told("cnn", found)

    assert en in hint
    assert zh in hint_zh


def test_a_second_output_has_its_hint() -> None:
    """The network is the right one, and one of its layers is an output too."""
    found = network(cnn())
    hint = told("cnn", Network(found.steps, (4, 5), found.input_shapes))[2]

    assert "Make the last layer's result the only output: Model(inputs, x)." == hint


def test_swapped_numbers_of_an_embedding() -> None:
    """First how many words, then how many numbers for each."""
    found = network([("Embedding", {"input_dim": 64, "output_dim": 1000}), RECURRENT, NARROW, ANSWER])
    _, _, hint, hint_zh = told("rnn", found)

    assert "The two numbers are swapped: words first, then numbers per word." == hint
    assert "两个参数写反了：先写词数，再写每个词的维数。" == hint_zh
