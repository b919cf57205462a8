"""What the editor may complete: the layers that an exercise imports, their arguments, and words for activations.

Nothing here is told by the solution: the names are those at the top of the stub, which everybody reads.
"""

import ast
import json
from collections.abc import Mapping

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "Conv1D": ("filters", "kernel_size", "strides", "padding", "activation", "use_bias"),
    "Conv2D": ("filters", "kernel_size", "strides", "padding", "activation", "use_bias"),
    "MaxPooling1D": ("pool_size", "strides", "padding"),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "Flatten": (),
    "Dense": ("units", "activation", "use_bias"),
    "Dropout": ("rate",),
    "Activation": ("activation",),
    "Embedding": ("input_dim", "output_dim", "mask_zero"),
    "SimpleRNN": ("units", "activation", "return_sequences"),
    "LSTM": ("units", "activation", "return_sequences"),
    "GRU": ("units", "activation", "return_sequences"),
    "BatchNormalization": (),
    "Input": ("shape", "dtype"),
    "Sequential": ("layers",),
    "Model": ("inputs", "outputs"),
    "Adam": ("learning_rate",),
    "SGD": ("learning_rate", "momentum"),
    "RMSprop": ("learning_rate",),
}
ALSO: Mapping[str, str] = {"MaxPool2D": "MaxPooling2D", "MaxPool1D": "MaxPooling1D"}
VALUES: Mapping[str, tuple[str, ...]] = {
    "activation": ("relu", "sigmoid", "softmax", "tanh"),
    "padding": ("valid", "same"),
    "optimizer": ("adam", "sgd", "rmsprop"),
    "loss": ("binary_crossentropy", "categorical_crossentropy", "mean_squared_error"),
    "metrics": ("accuracy",),
}
METHODS: Mapping[str, tuple[str, ...]] = {
    "add": ("layer",),
    "compile": ("optimizer", "loss", "metrics"),
    "fit": ("x", "y", "epochs", "batch_size", "verbose"),
    "predict": ("x", "batch_size", "verbose"),
}


def completions(stub: str) -> str:
    """Return as JSON what the editor of a stub completes: ``names``, ``arguments`` of each, and ``values`` of those."""
    names = _imported(stub)
    arguments = {name: list(ARGUMENTS[ALSO.get(name, name)]) for name in names if ALSO.get(name, name) in ARGUMENTS}
    methods = {name: list(words) for name, words in METHODS.items()}
    values = {name: list(words) for name, words in VALUES.items()}
    return json.dumps({"names": names, "arguments": {**methods, **arguments}, "values": values})


def _imported(stub: str) -> list[str]:
    """Return the names that a stub imports, as it calls them."""
    try:
        tree = ast.parse(stub)
    except SyntaxError:  # the region that is to be filled may be what makes it a program
        return []
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return sorted({(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names})
