"""Bring a described model, and the network an exercise asks for, into the one form in which they can be compared."""

from collections.abc import Sequence

from exercises.schema import CodeExercise, Layer, LayersCheck
from grader import keras_words as words
from grader.arguments import activation_word, meaningful, plain_dense, traits
from grader.contract import Json
from grader.description import Description, Node
from grader.draft import Draft, Part
from grader.network import OPERATION, OWN_CODE, Network, Step
from grader.rewriting import rewrite


def canonical(description: Description) -> Network:
    """Return the canonical network of a described model."""
    draft = Draft()
    numbers: list[int] = []
    first_use: dict[int, int] = {}
    place = 0
    for node in description.nodes:
        inputs = [numbers[source] for source in node.inputs]
        place += _counts(node)
        before = len(draft.parts)
        numbers.append(_add(draft, description, node, inputs, first_use.get(node.layer)))
        for number in range(before, len(draft.parts)):
            draft.parts[number].places = (place,)
        if node.kind == "layer":
            draft.parts[before].traits = traits(node.class_, node.config)
        if node.weights:
            first_use.setdefault(node.layer, place)
    draft.outputs = [numbers[place] for place in description.outputs]
    rewrite(draft)
    input_shapes = [tuple(node.shape or ()) for node in description.nodes if node.kind == "input"]
    used = {weight for part in draft.parts.values() for weight in part.weights}
    return _finished(draft, input_shapes, unused_weights=len(description.weights) - len(used))


def expected_network(layers: Sequence[Layer]) -> Network:
    """Return the canonical network of the layers in an ``exercise.toml``."""
    draft = Draft()
    last = draft.add(Part("Input", {}, []))
    for layer in layers:
        name = words.ALIASES.get(layer.layer, layer.layer)
        told = layer.model_extra or {}
        first = last + 1
        last = _add_layer(draft, name, meaningful(name, told), [last])
        draft.parts[first].traits = traits(name, told, all_told=True)
    draft.outputs = [last]
    rewrite(draft)
    return _finished(draft, [], unused_weights=0)


def described_network(exercise: CodeExercise, capture: str) -> Network | None:
    """Return the network that an exercise describes for the model of one capture; None where no check describes it."""
    for check in exercise.checks:
        if isinstance(check, LayersCheck) and check.capture == capture:
            return expected_network(check.network)
    return None


def _counts(node: Node) -> bool:
    """Tell whether a student would count this as a step of the program: inputs and further results are none."""
    return node.kind != "input" and node.class_ != "Output"


def _add(draft: Draft, description: Description, node: Node, inputs: list[int], first_use: int | None) -> int:
    """Add one described node to the draft; returns the number of the part behind which the next one stands."""
    shape = None if node.shape is None else tuple(node.shape)
    if node.kind == "input":
        return draft.add(Part("Input", {}, [], shape=shape))
    if node.kind == "opaque":
        if node.like is not None:
            return _add_layer(draft, node.like.class_, meaningful(node.like.class_, node.like.config), inputs, shape)
        frozen: dict[str, Json] = {} if _trains(description, node) else {"trainable": False}
        return draft.add(Part(f"{OWN_CODE}{node.class_}", frozen, inputs, tuple(node.weights), shape))
    if node.kind == "op":
        return _add_operation(draft, node, inputs)
    name, arguments = (
        _recurrent(node) if node.cell is not None else plain_dense(node.class_, meaningful(node.class_, node.config))
    )
    if not node.builtin:
        name = f"{OWN_CODE}{name}"
    if node.weights and not _trains(description, node):
        arguments["trainable"] = False
    if node.weights and first_use is not None:
        arguments["shares_weights"] = first_use
    if name in words.TRAINING_MATTERS and node.arguments.get("training") is True:
        arguments["training"] = True
    return _add_layer(draft, name, arguments, inputs, shape, weights=tuple(node.weights))


def _add_layer(
    draft: Draft,
    name: str,
    arguments: dict[str, Json],
    inputs: list[int],
    shape: tuple[int | None, ...] | None = None,
    *,
    weights: tuple[int, ...] = (),
) -> int:
    """Add a layer, its activation as a part of its own where the layer only applies it to its result."""
    name, arguments = _as_activation(name, arguments, None if shape is None else len(shape))
    fused = arguments.pop("activation", None) if name in words.FUSING else None
    number = draft.add(Part(name, arguments, inputs, weights, shape))
    if fused is None:
        return number
    return draft.add(Part("Activation", {"activation": fused}, [number], shape=shape))


def _add_operation(draft: Draft, node: Node, inputs: list[int]) -> int:
    """Add a ``keras.ops`` operation, read as the layer that does the same."""
    shape = None if node.shape is None else tuple(node.shape)
    name, config = node.class_, dict(node.config)
    if name in {"Identity", "ConvertToTensor"} and len(inputs) == 1:
        return _add_layer(draft, "Identity", {}, inputs, shape)
    if name == "Reshape":
        return _add_layer(draft, "Reshape", {"target_shape": config.get("newshape")}, inputs, shape)
    if name == "Maximum" and len(inputs) == 1 and list(node.arguments.values()) in ([0], [0.0]):
        return _add_layer(draft, "Activation", {"activation": "relu"}, inputs, shape)
    if name == "MaxPool" and shape is not None and len(shape) in {3, 4}:
        layer = f"MaxPooling{len(shape) - 2}D"
        return _add_layer(draft, layer, meaningful(layer, config), inputs, shape)
    if name in words.ACTIVATION_CLASSES:
        return _add_layer(draft, name, meaningful(name, config), inputs, shape)
    arguments = {**meaningful(name, config), **{f"argument {key}": value for key, value in node.arguments.items()}}
    owner: dict[str, Json] = {} if node.owner is None else {"owner": node.owner}
    return draft.add(Part(f"{OPERATION}{name}", arguments, inputs, tuple(node.weights), shape, traits=owner))


def _as_activation(name: str, arguments: dict[str, Json], axes: int | None) -> tuple[str, dict[str, Json]]:
    """Read ``ReLU()``, ``Softmax()`` and the like as an activation, where their arguments say nothing more."""
    if name == "Activation":
        return name, {**arguments, "activation": activation_word(arguments.get("activation"))}
    plain = {key: value for key, value in arguments.items() if (key, value) != ("approximate", False)}
    if name == "Softmax" and axes is not None and plain.get("axis") == axes - 1:
        del plain["axis"]
    if name in words.ACTIVATION_CLASSES and not plain:
        return "Activation", {"activation": words.ACTIVATION_CLASSES[name]}
    if name in {"ReLU", "Relu"} and arguments == {"max_value": 6}:
        return "Activation", {"activation": "relu6"}
    if name in {"LeakyReLU", "LeakyRelu"} and arguments == {"negative_slope": 0}:
        return "Activation", {"activation": "relu"}
    return name, arguments


def _recurrent(node: Node) -> tuple[str, dict[str, Json]]:
    """Read ``RNN(SimpleRNNCell(30))`` as ``SimpleRNN(30)``."""
    cell = node.cell
    if cell is None or not cell.builtin or not cell.class_.endswith("Cell"):
        return f"{OWN_CODE}RNN", {}
    config = {key: value for key, value in node.config.items() if key != "cell"}
    name = cell.class_.removesuffix("Cell")
    return name, meaningful(name, {**config, **cell.config})


def _trains(description: Description, node: Node) -> bool:
    """Tell whether training changes a layer's weights; moving averages, which it never does, stand apart."""
    if node.class_ == "BatchNormalization":
        return node.trainable
    return node.trainable and all(description.weights[place].trainable for place in node.weights)


def _finished(draft: Draft, input_shapes: Sequence[tuple[int | None, ...]], *, unused_weights: int) -> Network:
    """Give the parts numbers in the order in which data reach the outputs, and freeze them."""
    inputs = [number for number, part in draft.parts.items() if part.layer == "Input"]
    numbers = {number: -1 - place for place, number in enumerate(inputs)}
    steps: list[Step] = []
    for output in draft.outputs:
        _number(draft, output, numbers, steps)
    outputs = tuple(numbers[number] for number in draft.outputs)
    return Network(tuple(steps), outputs, tuple(input_shapes), unused_weights, tuple(draft.remarks))


def _number(draft: Draft, output: int, numbers: dict[int, int], steps: list[Step]) -> None:
    """Give numbers to a part and to all it reads, those first; without recursion, since depth is the student's."""
    waiting = [output]
    while waiting:
        number = waiting[-1]
        part = draft.parts[number]
        missing = [source for source in part.inputs if source not in numbers]
        if number in numbers:
            waiting.pop()
        elif missing:
            waiting.extend(reversed(missing))
        else:
            inputs = tuple(numbers[source] for source in part.inputs)
            steps.append(Step(part.layer, part.arguments, inputs, part.weights, part.places, part.traits))
            numbers[number] = len(steps) - 1
            waiting.pop()
