# ruff: noqa: E501 - the programs keep their own line lengths
"""Programs that structure alone judges wrongly, or that answer in a strange way; each says what must come of it.

The first sixteen are the traps of the notes on reference checks, under their numbers there.
"""

DIGITS_HEAD = """
import numpy as np, keras, tensorflow as tf
from keras import layers, ops
from keras.models import Sequential, Model
from keras.layers import *
"""
START = "m = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu')])\n"
SECOND = "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D())\n"
END = "m.add(Dense(128, activation='relu')); m.add(Dense(10, activation='softmax'))\n"
RIGHT = START + SECOND + "m.add(Flatten())\n" + END

NET = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d, self.c = Dense(10), Dense(128)
        self.b, self.a = Conv2D(64, 5), Conv2D(32, 5)
    def call(self, x{more}):
        x = tf.nn.relu(self.b(tf.nn.relu(self.a(x))))
        x = tf.reshape(tf.nn.max_pool2d(x, 2, 2, 'VALID'), [-1, 6400])
        x = tf.nn.relu(self.c(x))
        {then}
        return {answer}
"""


def body(text: str, before: str = "") -> str:
    """Return a program whose ``build_model`` has this body."""
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f"{DIGITS_HEAD}{before}\ndef build_model():\n{lines}    return m\n"


def net(answer: str = "tf.nn.softmax(self.d(x))", then: str = "pass", more: str = "", end: str = "m = Net()") -> str:
    """Return a program with a subclassed model in raw TensorFlow, its attributes out of order."""
    return body(end, NET.format(answer=answer, then=then, more=more))


def block(call: str, build: str = "pass", init: str = "") -> str:
    """Return a program with a layer of its own behind the second convolution."""
    own = (
        "class Block(layers.Layer):\n    def __init__(self, **kwargs):\n        super().__init__(**kwargs)\n"
        f"        {init or 'pass'}\n    def build(self, shape):\n        {build}\n    def call(self, x, training=False):\n        {call}\n"
    )
    return body(START + SECOND + "m.add(Block()); m.add(Flatten())\n" + END, own)


def dense_of_its_own(activation: str, bias: str = "(128,)") -> str:
    """Return a program with a dense layer of its own weights, in operations that no layer stands for."""
    own = f"""
class Mine(layers.Layer):
    def build(self, shape):
        self.b = self.add_weight(shape={bias}, initializer='zeros')
        self.w = self.add_weight(shape=(shape[-1], 128), initializer='glorot_uniform')
    def call(self, x):
        return {activation}(tf.linalg.matmul(x, self.w) + self.b)
"""
    return body(START + SECOND + "m.add(Flatten()); m.add(Mine()); m.add(Dense(10, activation='softmax'))", own)


LIAR = """
class Conv(Conv2D):
    def call(self, x):
        return super().call(x) * 0.5
    def get_config(self):
        return Conv2D(64, 5, activation='relu').get_config()
Conv.__name__ = 'Conv2D'; Conv.__module__ = Conv2D.__module__
"""

#: Trap -> (program, what must come of it: ``passed``, or the first check that fails).
TRAPS = {
    "t01 subclass of Sequential": (body("m = Mine([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu')])\n" + SECOND + "m.add(Flatten())\n" + END, "class Mine(Sequential):\n    pass\n"), "passed"),
    "t02 subclass in raw tf": (net(), "passed"),
    "t03 nested in a subclass": (body("m = Net()", "class Net(Model):\n    def __init__(self):\n        super().__init__()\n        self.a = Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten()])\n        self.b = Sequential([Dense(128, 'relu'), Dense(10, 'softmax')])\n    def call(self, x):\n        return self.b(self.a(x))\n"), "passed"),
    "t04 block of its own": (block("return tf.math.add_n([x])"), "passed"),
    "t05 attributes out of order": (body("m = Net()", "class Net(Model):\n    def __init__(self):\n        super().__init__()\n        self.d, self.c, self.f, self.p = Dense(10, 'softmax'), Dense(128, 'relu'), Flatten(), MaxPool2D()\n        self.b, self.a = Conv2D(64, 5, activation='relu'), Conv2D(32, 5, activation='relu')\n    def call(self, x):\n        return self.d(self.c(self.f(self.p(self.b(self.a(x))))))\n"), "passed"),
    "t06 relu of its own": (body("m = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation=mine)])\n" + SECOND + "m.add(Flatten())\n" + END, "def mine(x):\n    return tf.where(x > 0, x, tf.zeros_like(x))\n"), "passed"),
    "t07 Lambda that reshapes": (body(START + SECOND + "m.add(Lambda(lambda x: tf.reshape(x, (-1, 6400))))\n" + END), "passed"),
    "t20 tanh that is called relu": (body("m = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation=relu)])\n" + SECOND + "m.add(Flatten())\n" + END, "def relu(x):\n    return ops.tanh(x)\n"), "layers"),
    "t21 get_config lies": (body(START + "m.add(Conv(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(Flatten())\n" + END, LIAR), "layers"),
    "t22 call replaced on the model": (body(RIGHT + "plain = m.call\nm.call = lambda *args, **kwargs: plain(*args, **kwargs) ** 2"), "layers"),
    "t23 shared layer": (body("i = keras.Input((28, 28, 1))\nx = Conv2D(32, 5, activation='relu')(i)\nc = Conv2D(32, 5, activation='relu')\nx = MaxPool2D()(c(c(x)))\nm = Model(i, Dense(10, 'softmax')(Dense(128, 'relu')(Flatten()(x))))"), "layers"),
    "t24 relu patched in Keras": (body(RIGHT, "def other(x, negative_slope=0.0, max_value=None, threshold=0.0):\n    import keras\n    return keras.ops.tanh(x)\nkeras.activations.relu.__code__ = other.__code__\n"), "layers"),
    "t25 TimeDistributed Flatten": (body(START + SECOND + "m.add(TimeDistributed(Flatten())); m.add(Flatten())\n" + END), "layers"),
    "t26 two outputs": (body("i = keras.Input((28, 28, 1))\nx = Conv2D(32, 5, activation='relu')(i)\nx = Flatten()(MaxPool2D()(Conv2D(64, 5, activation='relu')(x)))\nx = Dense(128, 'relu')(x)\ny = Dense(10, 'softmax')(x)\nm = Model(i, [y, x])"), "layers"),
    "t27 relu forgotten": (body(START + "m.add(Conv2D(64, 5)); m.add(MaxPool2D()); m.add(Flatten())\n" + END), "layers"),
    "t28 dropout only in training": (net("tf.nn.softmax(self.d(x))", "x = tf.nn.dropout(x, 0.5) if training else x", ", training=False"), "behaviour"),
}  # fmt: skip

#: More of them: programs that lie about themselves, or answer in a way that needs care.
STRANGE = {
    "class patched": (body(RIGHT + "keras.layers.Conv2D.call = lambda self, x, plain=keras.layers.Conv2D.call: plain(self, x) * 0.5"), "behaviour"),
    "branch in training that is traced away": (body("m = Net()", "class Net(Model):\n    def __init__(self):\n        super().__init__()\n        self.a, self.b, self.p, self.f = Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten()\n        self.c, self.d = Dense(128, 'relu'), Dense(10, 'softmax')\n    def call(self, x, training=False):\n        x = self.c(self.f(self.p(self.b(self.a(x)))))\n        return self.d(x * 0.9 if training else x)\n"), "behaviour"),
    "dropout in use": (block("return tf.nn.dropout(x, 0.3)"), "layers"),
    "noise in use": (block("return keras.random.normal(ops.shape(x)) * 0.1 + tf.math.add_n([x])"), "layers"),
    "not a number": (net("tf.nn.softmax(self.d(x)) / 0.0 * 0.0"), "layers"),
    "raises on real numbers": (body("m = Net()", "class Net(Model):\n    def __init__(self):\n        super().__init__()\n        self.all = Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\n    def call(self, x):\n        if tf.executing_eagerly() and not isinstance(x, keras.KerasTensor):\n            raise ValueError('real numbers')\n        return self.all(x)\n"), "behaviour"),
    "two outputs of a subclass": (net("tf.nn.softmax(self.d(x)), x"), "layers"),
    "weights of its own": (dense_of_its_own("tf.nn.relu"), "passed"),
    "bias in a row": (dense_of_its_own("tf.nn.relu", "(1, 128)"), "passed"),
    "weights of its own, relu6": (dense_of_its_own("tf.nn.relu6"), "layers"),
    "weights of its own, leaky": (dense_of_its_own("(lambda x: tf.maximum(x, 0.01 * x))"), "layers"),
    "frozen weights of its own": (dense_of_its_own("tf.nn.relu").replace("initializer='zeros')", "initializer='zeros', trainable=False)"), "layers"),
    "regularised weights of its own": (dense_of_its_own("tf.nn.relu").replace("'glorot_uniform')", "'glorot_uniform', regularizer='l2')"), "layers"),
    "bound weights of its own": (dense_of_its_own("tf.nn.relu").replace("'glorot_uniform')", "'glorot_uniform', constraint='non_neg')"), "layers"),
    "a weight that is not used": (dense_of_its_own("tf.nn.relu").replace("        self.b =", "        self.idle = self.add_weight(shape=(7,))\n        self.b ="), "layers"),
    "a loss of its own": (block("self.add_loss(ops.mean(ops.square(x))); return x"), "behaviour"),
    "assign that does nothing": (net(end="m = Net()\nm(np.zeros((1, 28, 28, 1), 'float32'))\ntype(m.c.kernel).assign = lambda self, value: value"), "behaviour"),
    "assign that fails": (net(end="m = Net()\nm(np.zeros((1, 28, 28, 1), 'float32'))\nm.c.kernel.assign = None"), "behaviour"),
    "one row at a time": (net(end="m = Net()\nm.build((1, 28, 28, 1))"), "passed"),
    "huge": (body("m = Sequential([keras.Input((28, 28, 1)), Conv2D(512, 5, activation='relu'), Conv2D(512, 5, activation='relu'), Flatten(), Dense(10, 'softmax')])"), "layers"),
    "capped at twenty": (block("return ops.clip(x, 0, 20)"), "layers"),
    "softmax that overflows far out": (body(START + SECOND + "m.add(Flatten()); m.add(Dense(128, 'relu')); m.add(Dense(10, mine))", "def mine(x):\n    return ops.exp(x) / ops.sum(ops.exp(x), axis=-1, keepdims=True)\n"), "passed"),
    "dense by einsum": (body(START + SECOND + "m.add(Flatten()); m.add(EinsumDense('ab,bc->ac', 128, bias_axes='c', activation='relu')); m.add(Dense(10, 'softmax'))"), "passed"),
    "dense by einsum without bias": (body(START + SECOND + "m.add(Flatten()); m.add(EinsumDense('ab,bc->ac', 128, activation='relu')); m.add(Dense(10, 'softmax'))"), "layers"),
    "wide without weights": (block("return tf.tile(x, (1, 1, 1, 4000))"), "layers"),
}  # fmt: skip

REVIEWS = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.e, self.r = Embedding(1000, 64{masks}), SimpleRNN(30)
        self.a, self.b = Dense(16, activation='relu'), Dense(1, activation='sigmoid')
    def call(self, x):
        return tf.math.add_n([self.b(self.a(self.r({read})))])
"""


def reviews(masks: str = "", read: str = "self.e(x)", end: str = "m = Net()") -> str:
    """Return a program for rnn-reviews in raw TensorFlow."""
    return body(end, REVIEWS.format(masks=masks, read=read))


def changed(change: str) -> str:
    """Return a program whose word vectors go through a step of its own."""
    return body(
        f"m = Sequential([Embedding(1000, 64), Lambda(lambda x: {change}), SimpleRNN(30), Dense(16, 'relu'), Dense(1, 'sigmoid')])"
    )


def words(change: str) -> str:
    """Return a program in which words go through a step of its own before they become vectors."""
    return body(
        f"m = Sequential([Lambda(lambda t: {change}), Embedding(1000, 64), SimpleRNN(30), Dense(16, 'relu'), Dense(1, 'sigmoid')])"
    )


RECURRENCE = """
class Rec(Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(64, 30), initializer='glorot_uniform')
        self.u = self.add_weight(shape=(30, 30), initializer='orthogonal')
        self.b = self.add_weight(shape=(30,), initializer='zeros')
    def call(self, x):
        h = ops.zeros_like(x[:, 0, :30])
        for k in {steps}:
            h = ops.tanh(x[:, k] @ self.w + h @ self.u + self.b)
        return h
"""


def recurrence(steps: str, first: str = "") -> str:
    """Return a program with a recurrence of its own over some steps."""
    return body(
        f"m = Sequential([{first}Embedding(1000, 64), Rec(), Dense(16, 'relu'), Dense(1, 'sigmoid')])",
        RECURRENCE.format(steps=steps),
    )


SEQUENCES = {
    "words modulo 500": (words("t % 500"), "layers"),
    "rare words are unknown": (words("ops.where(t < 900, t, 0)"), "layers"),
    "the last word is unknown": (words("ops.where(t < 999, t, 0)"), "layers"),
    "words that are kept where they lie": (words("ops.clip(t, 0, 999)"), "passed"),
    "words that are never negative": (words("ops.maximum(t, 0)"), "passed"),
    "the last twelve words": (changed("x[:, -12:]"), "layers"),
    "all but the first word": (changed("x[:, 1:]"), "layers"),
    "begins with ones": (reviews(read="self.e(x), initial_state=ops.ones((ops.shape(x)[0], 30))"), "layers"),
    "a recurrence over forty words": (recurrence("range(40)"), "passed"),
    "a recurrence over forty words that are told": (recurrence("range(40)", "keras.Input((40,)), "), "passed"),
    "a recurrence over all there are": (recurrence("range(x.shape[1])"), "passed"),
    "a recurrence over thirty-nine words": (recurrence("range(39)"), "layers"),
    "a recurrent network in raw tf": (reviews(), "passed"),
    "masks zeros": (reviews(", mask_zero=True"), "layers"),
    "reads the last ten words": (reviews(read="self.e(x[:, -10:])"), "layers"),
    "reads backwards": (reviews(read="tf.reverse(self.e(x), [1])"), "layers"),
    "of a fixed length": (body("i = keras.Input((100,))\nx = Lambda(lambda t: tf.math.add_n([t]))(Embedding(1000, 64)(i))\nm = Model(i, Dense(1, 'sigmoid')(Dense(16, 'relu')(SimpleRNN(30)(x))))"), "passed"),
    "vocabulary of thirty": (body("m = Sequential([Embedding(30, 64), SimpleRNN(30), Dense(16, activation='relu'), Dense(1, activation='sigmoid')])"), "layers"),
}  # fmt: skip

CATS_NET = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.b, self.a = Conv2D(32, 3), Conv2D(32, 3)
        self.d, self.c = Dense(2), Dense(96)
    def call(self, x):
        x = tf.nn.max_pool2d(tf.nn.{first}(self.a(x)), 2, 2, 'VALID')
        x = tf.nn.max_pool2d(tf.nn.relu(self.b(x)), 2, 2, 'VALID')
        return tf.nn.softmax(self.d(tf.nn.relu(self.c(tf.reshape(tf.math.add_n([x]), [-1, 28800])))))
"""

PICTURES = {
    "biases of one shape in another order": (body("m = Net()", CATS_NET.format(first="relu")), "passed"),
    "another order and another activation": (body("m = Net()", CATS_NET.format(first="elu")), "layers"),
}
