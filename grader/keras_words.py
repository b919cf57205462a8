"""What Keras 3.15 means by the words of a layer: aliases, defaults, and arguments that say nothing about structure."""

from grader.contract import Json

#: Other names of the same class.
ALIASES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
}

#: Arguments that change neither the function of a network nor how it is trained. Initialisers are judged by accuracy.
NEUTRAL = frozenset({"name", "seed", "unroll", "input_length", "batch_shape", "sparse", "ragged", "optional"})

_CONVOLUTION: dict[str, Json] = {"padding": "valid", "groups": 1, "use_bias": True, "activation": "linear"}
_POOLING: dict[str, Json] = {"padding": "valid"}
_GLOBAL: dict[str, Json] = {"keepdims": False}
_RECURRENT: dict[str, Json] = {
    "activation": "tanh",
    "use_bias": True,
    "dropout": 0,
    "recurrent_dropout": 0,
    "return_sequences": False,
    "return_state": False,
    "go_backwards": False,
    "stateful": False,
    "zero_output_for_mask": False,
}
_GATED: dict[str, Json] = {**_RECURRENT, "recurrent_activation": "sigmoid"}

#: Class -> the arguments that Keras assumes when they are not given. None is the default of everything else.
DEFAULTS: dict[str, dict[str, Json]] = {
    "Conv1D": {**_CONVOLUTION, "strides": [1], "dilation_rate": [1]},
    "Conv2D": {**_CONVOLUTION, "strides": [1, 1], "dilation_rate": [1, 1]},
    "SeparableConv2D": {**_CONVOLUTION, "strides": [1, 1], "dilation_rate": [1, 1], "depth_multiplier": 1},
    "DepthwiseConv2D": {**_CONVOLUTION, "strides": [1, 1], "dilation_rate": [1, 1], "depth_multiplier": 1},
    "Conv2DTranspose": {**_CONVOLUTION, "strides": [1, 1], "dilation_rate": [1, 1]},
    "MaxPooling1D": {**_POOLING, "pool_size": [2]},
    "MaxPooling2D": {**_POOLING, "pool_size": [2, 2]},
    "AveragePooling1D": {**_POOLING, "pool_size": [2]},
    "AveragePooling2D": {**_POOLING, "pool_size": [2, 2]},
    "GlobalMaxPooling1D": _GLOBAL,
    "GlobalMaxPooling2D": _GLOBAL,
    "GlobalAveragePooling1D": _GLOBAL,
    "GlobalAveragePooling2D": _GLOBAL,
    "BatchNormalization": {
        "axis": -1,
        "momentum": 0.99,
        "epsilon": 0.001,
        "center": True,
        "scale": True,
        "synchronized": False,
        "renorm": False,
        "renorm_momentum": 0.99,
    },
    "LayerNormalization": {"axis": -1, "epsilon": 0.001, "center": True, "scale": True, "rms_scaling": False},
    "Rescaling": {"offset": 0},
    "Dense": {"use_bias": True, "activation": "linear"},
    "Embedding": {"mask_zero": False},
    "SimpleRNN": _RECURRENT,
    "LSTM": {**_GATED, "unit_forget_bias": True, "implementation": 2, "use_cudnn": "auto"},
    "GRU": {**_GATED, "reset_after": True, "implementation": 2, "use_cudnn": "auto"},
    "ReLU": {"negative_slope": 0, "threshold": 0},
    "Softmax": {"axis": -1},
    "ELU": {"alpha": 1},
    "LeakyReLU": {"negative_slope": 0.3},
    "Concatenate": {"axis": -1},
}

#: Arguments given once or once per dimension.
PER_DIMENSION = frozenset({"kernel_size", "strides", "dilation_rate", "pool_size", "size"})

#: Activations under several names.
ACTIVATION_ALIASES = {
    "swish": "silu",
    "hard_swish": "hard_silu",
    "hard_silu": "hard_silu",
    "log_sigmoid": "log_sigmoid",
}

#: Layers and ``keras.ops`` operations that are an activation when their arguments are the default ones.
ACTIVATION_CLASSES = {
    "ReLU": "relu",
    "Relu": "relu",
    "Relu6": "relu6",
    "Softmax": "softmax",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "ELU": "elu",
    "Elu": "elu",
    "Selu": "selu",
    "Silu": "silu",
    "Gelu": "gelu",
    "HardSigmoid": "hard_sigmoid",
}

#: Layers that are an activation, whatever their arguments.
ACTIVATION_LAYERS = frozenset({*ACTIVATION_CLASSES, "Activation", "LeakyReLU", "LeakyRelu", "PReLU"})

#: Activations that treat every number alone ...
ELEMENTWISE = frozenset(
    {"relu", "relu6", "sigmoid", "tanh", "softplus", "softsign", "elu", "selu", "hard_sigmoid", "silu", "gelu"}
)
#: ... and never turn a larger number into a smaller one, so that max pooling before or after is the same.
MONOTONE = ELEMENTWISE - {"silu", "gelu"}

#: Applying them twice is applying them once.
IDEMPOTENT = frozenset({"relu", "relu6"})

#: Layers with weights whose activation is an argument.
FUSING = frozenset({"Dense", "Conv1D", "Conv2D", "SeparableConv2D"})

#: Layers that only choose or rearrange numbers, over which an elementwise activation may be moved.
POOLS = frozenset({"MaxPooling1D", "MaxPooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D"})
REARRANGING = frozenset({"Flatten", "Reshape"})

#: Layers that apply their activation within, at every step: one behind them is not the same.
RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU"})

#: Layers whose behaviour in training differs, so that a call argument ``training`` means something.
TRAINING_MATTERS = frozenset({"Dropout", "BatchNormalization", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise"})

DROPOUTS = frozenset({"Dropout", "SpatialDropout1D", "SpatialDropout2D", "AlphaDropout", "GaussianDropout"})

#: Pools that slide a window, which ``padding='same'`` may pad.
WINDOW_POOLS = frozenset({"MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D"})

#: Recurrent layers whose last output is their (first) last state.
LAST_STATE_IS_OUTPUT = frozenset({"SimpleRNN", "GRU", "LSTM"})

#: Argument -> the initialiser that Keras takes where none is named.
INITIALISERS = {
    "kernel_initializer": "glorot_uniform",
    "depthwise_initializer": "glorot_uniform",
    "pointwise_initializer": "glorot_uniform",
    "recurrent_initializer": "orthogonal",
    "embeddings_initializer": "uniform",
    "bias_initializer": "zeros",
    "beta_initializer": "zeros",
    "gamma_initializer": "ones",
    "moving_mean_initializer": "zeros",
    "moving_variance_initializer": "ones",
}

#: Initialisers under several names.
INITIALISER_ALIASES = {"random_uniform": "uniform", "random_normal": "normal", "zero": "zeros", "one": "ones"}
