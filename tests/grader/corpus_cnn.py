# ruff: noqa: E501 - the programs keep their own line lengths
"""Ways to write the network of level 3, right and wrong; ``corpus.py`` says how each text is read."""

SEQUENTIAL = """
m = Sequential()
m.add(Conv2D(32, (5, 5), activation='relu', input_shape=[28, 28, 1]))
"""

FUNCTIONAL = """
i = keras.Input((28, 28, 1))
x = Conv2D(32, 5, activation='relu')(i)
"""

CNN_END = "m.add(Flatten()); m.add(Dense(128, activation='relu')); m.add(Dense(10, activation='softmax')); return m"

CNN_EQUAL = {
    "article": SEQUENTIAL
    + "m.add(Conv2D(64, (5, 5), activation='relu'))\nm.add(MaxPool2D(pool_size=(2, 2)))\nm.add(Flatten())\n"
    "m.add(Dense(128, activation='relu'))\nm.add(Dense(10, activation='softmax'))\nreturn m",
    "list": "return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'),"
    " MaxPooling2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "unbuilt": "return Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'),"
    " MaxPooling2D(2), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "functional": FUNCTIONAL + "x = Conv2D(64, 5, activation='relu')(x)\nx = MaxPooling2D()(x)\nx = Flatten()(x)\n"
    "x = Dense(128, activation='relu')(x)\nreturn Model(i, Dense(10, activation='softmax')(x))",
    "separate activations": SEQUENTIAL + "m.add(Conv2D(64, 5)); m.add(Activation('relu')); m.add(MaxPool2D())\n"
    "m.add(Flatten()); m.add(Dense(128)); m.add(ReLU()); m.add(Dense(10)); m.add(Softmax()); return m",
    "relu after pooling": SEQUENTIAL + "m.add(Conv2D(64, 5)); m.add(MaxPool2D()); m.add(ReLU())\n" + CNN_END,
    "relu after flatten": SEQUENTIAL + "m.add(Conv2D(64, 5)); m.add(MaxPool2D()); m.add(Flatten()); m.add(ReLU())\n"
    + "m.add(Dense(128, activation='relu')); m.add(Dense(10, activation='softmax')); return m",
    "relu twice": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(ReLU())\n" + CNN_END,
    "tf.nn activations": SEQUENTIAL + "m.add(Conv2D(64, 5, activation=tf.nn.relu)); m.add(MaxPool2D()); m.add(Flatten())\n"
    "m.add(Dense(128, activation=tf.nn.relu)); m.add(Dense(10, activation=tf.nn.softmax)); return m",
    "layer as activation": SEQUENTIAL + "m.add(Conv2D(64, 5, activation=ReLU())); m.add(MaxPool2D())\n" + CNN_END,
    "lambda activation": SEQUENTIAL
    + "m.add(Conv2D(64, 5, activation=lambda x: ops.maximum(x, 0))); m.add(MaxPool2D())\n" + CNN_END,
    "own activation with tf": SEQUENTIAL
    + "def mine(x): return tf.maximum(x, 0.0)\nm.add(Conv2D(64, 5, activation=mine)); m.add(MaxPool2D())\n" + CNN_END,
    "nested": SEQUENTIAL + "m.add(Sequential([Conv2D(64, 5, activation='relu'), MaxPool2D()]))\n"
    "m.add(Sequential([Flatten(), Dense(128, 'relu')])); m.add(Dense(10, 'softmax')); return m",
    "nested functional": FUNCTIONAL + "j = keras.Input((24, 24, 32))\n"
    "inner = Model(j, MaxPooling2D()(Conv2D(64, 5, activation='relu')(j)))\n"
    "x = Flatten()(inner(x))\nx = Dense(128, 'relu')(x)\nreturn Model(i, Dense(10, 'softmax')(x))",
    "reshape": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(Reshape((-1,)))\n"
    "m.add(Dense(128, 'relu')); m.add(Dense(10, 'softmax')); return m",
    "reshape to a number": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(Reshape((6400,)))\n"
    "m.add(Dense(128, 'relu')); m.add(Dense(10, 'softmax')); return m",
    "flatten twice": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(Flatten())\n" + CNN_END,
    "dropout of nothing": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(Dropout(0.0))\n"
    + CNN_END,
    "identity": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(Identity())\n" + CNN_END,
    "ops": FUNCTIONAL + "x = ops.relu(Conv2D(64, 5)(x))\nx = ops.max_pool(x, 2)\nx = ops.reshape(x, (-1, 6400))\n"
    "x = keras.activations.relu(Dense(128)(x))\nreturn Model(i, ops.softmax(Dense(10)(x)))",
    "explicit defaults": SEQUENTIAL
    + "m.add(Conv2D(filters=64, kernel_size=[5, 5], strides=1, padding='VALID', dilation_rate=1, use_bias=True,"
    " data_format='channels_last', groups=1, activation='relu', name='mine', dtype='float32'))\n"
    "m.add(MaxPooling2D((2, 2), strides=2, padding='valid'))\n" + CNN_END,
    "initialisers": SEQUENTIAL
    + "m.add(Conv2D(64, 5, activation='relu', kernel_initializer='he_normal', bias_initializer='ones')); m.add(MaxPool2D())\n"
    + CNN_END,
    "compiled": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D()); m.add(Flatten())\n"
    "m.add(Dense(128, 'relu')); m.add(Dense(10, 'softmax')); m.compile('adam', 'mse'); return m",
    "subclassed": """!
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.out = Dense(10, activation='softmax')
        self.a = Conv2D(32, 5, activation='relu')
        self.b = Conv2D(64, 5, activation='relu')
        self.pool, self.flat, self.dense = MaxPool2D(), Flatten(), Dense(128, activation='relu')
    def call(self, x):
        return self.out(self.dense(self.flat(self.pool(self.b(self.a(x))))))
def build_model():
    return Net()
""",
    "subclassed with tf": """!
class Net(keras.Model):
    def __init__(self, width):
        super().__init__()
        self.a, self.b = Conv2D(32, 5), Conv2D(64, 5)
        self.d, self.out = Dense(width), Dense(10)
    def call(self, inputs, training=False):
        x = tf.nn.relu(self.a(inputs))
        x = tf.nn.max_pool2d(tf.nn.relu(self.b(x)), 2, 2, 'VALID')
        x = tf.reshape(x, (tf.shape(x)[0], 6400))
        return tf.nn.softmax(self.out(tf.nn.relu(self.d(x))))
def build_model():
    m = Net(128)
    m.build((None, 28, 28, 1))
    return m
""",
    "subclass of Sequential": """!
class Net(Sequential):
    pass
def build_model():
    m = Net([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D()])
    m.add(Flatten()); m.add(Dense(128, 'relu')); m.add(Dense(10, 'softmax'))
    return m
""",
    "custom block": """!
class Block(keras.layers.Layer):
    def __init__(self, filters):
        super().__init__()
        self.conv, self.pool = Conv2D(filters, 5), MaxPool2D()
    def call(self, x):
        return self.pool(keras.activations.relu(self.conv(x)))
def build_model():
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Block(64), Flatten(),
                       Dense(128, 'relu'), Dense(10, 'softmax')])
""",
    "custom block with tf": """!
class Block(keras.layers.Layer):
    def __init__(self, filters):
        super().__init__()
        self.conv, self.pool = Conv2D(filters, 5), MaxPool2D()
    def call(self, x):
        return self.pool(tf.nn.relu(self.conv(x)))
def build_model():
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Block(64), Flatten(),
                       Dense(128, 'relu'), Dense(10, 'softmax')])
""",
    "lambda reshape": SEQUENTIAL + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D())\n"
    "m.add(Lambda(lambda x: tf.reshape(x, [-1, 6400]))); m.add(Dense(128, 'relu')); m.add(Dense(10, 'softmax')); return m",
    "tf.keras": "k = tf.keras\nreturn k.Sequential([k.Input((28, 28, 1)), k.layers.Conv2D(32, 5, activation='relu'),"
    " k.layers.Convolution2D(64, 5, activation='relu'), k.layers.MaxPool2D(), k.layers.Flatten(),"
    " k.layers.Dense(128, 'relu'), k.layers.Dense(10, 'softmax')])",
    "batch_shape": "return Sequential([keras.Input(batch_shape=(None, 28, 28, 1)), Conv2D(32, 5, activation='relu'),"
    " Conv2D(64, 5, activation='relu'), MaxPooling2D(2, 2), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "shared flatten": FUNCTIONAL + "f = Flatten()\nx = f(MaxPool2D()(Conv2D(64, 5, activation='relu')(x)))\nx = f(x)\n"
    "x = Dense(128, 'relu')(x)\nreturn Model(i, Dense(10, 'softmax')(x))",
    "own keras.ops layer": """!
class Squash(keras.layers.Layer):
    def call(self, x):
        return ops.softmax(x)
def build_model():
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'),
                       MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10), Squash()])
""",
}  # fmt: skip


def _cnn(second: str = "Conv2D(64, 5, activation='relu')", *, pool: str = "MaxPool2D()", flat: str = "Flatten()",
         dense: str = "Dense(128, activation='relu')", last: str = "Dense(10, activation='softmax')",
         first: str = "Conv2D(32, 5, activation='relu')", more: str = "") -> str:  # fmt: skip
    """Return a body that builds the network with some of its layers replaced."""
    layers = [part for part in (first, second, pool, flat, dense, last) if part]
    return f"m = Sequential([keras.Input((28, 28, 1)), {', '.join(layers)}])\n{more}\nreturn m"


CNN_DIFFERENT = {
    "filters": _cnn("Conv2D(32, 5, activation='relu')"),
    "kernel": _cnn("Conv2D(64, 3, activation='relu')"),
    "kernel not square": _cnn("Conv2D(64, (5, 3), activation='relu')"),
    "dilated": _cnn("Conv2D(64, 3, dilation_rate=2, activation='relu')"),
    "stride": _cnn("Conv2D(64, 5, strides=2, activation='relu')"),
    "keras 1 stride": _cnn("Conv2D(64, 5, 5, activation='relu')"),
    "padding": _cnn("Conv2D(64, 5, padding='same', activation='relu')"),
    "no bias": _cnn("Conv2D(64, 5, use_bias=False, activation='relu')"),
    "no activation": _cnn("Conv2D(64, 5)"),
    "tanh": _cnn("Conv2D(64, 5, activation='tanh')"),
    "relu6": _cnn("Conv2D(64, 5), ReLU(6)"),
    "leaky": _cnn("Conv2D(64, 5), LeakyReLU()"),
    "own leaky": _cnn("Conv2D(64, 5, activation=lambda x: ops.maximum(x, 0.01 * x))"),
    "separable": _cnn("SeparableConv2D(64, 5, activation='relu')"),
    "l2": _cnn("Conv2D(64, 5, activation='relu', kernel_regularizer='l2')"),
    "constraint": _cnn("Conv2D(64, 5, activation='relu', kernel_constraint='non_neg')"),
    "float16": _cnn("Conv2D(64, 5, activation='relu', dtype='mixed_float16')"),
    "pool size": _cnn(pool="MaxPool2D(3)"),
    "pool stride": _cnn(pool="MaxPool2D(2, strides=1)"),
    "average pool": _cnn(pool="AveragePooling2D(2)"),
    "no pool": _cnn(pool=""),
    "two pools": _cnn(pool="MaxPool2D(), MaxPool2D()"),
    "global average": _cnn(flat="GlobalAveragePooling2D()"),
    "units": _cnn(dense="Dense(64, activation='relu')"),
    "no dense": _cnn(dense=""),
    "two dense": _cnn(dense="Dense(128, activation='relu'), Dense(128, activation='relu')"),
    "dropout": _cnn(dense="Dense(128, activation='relu'), Dropout(0.5)"),
    "batch normalisation": _cnn(dense="Dense(128, activation='relu'), BatchNormalization()"),
    "sigmoid at the end": _cnn(last="Dense(10, activation='sigmoid')"),
    "no softmax": _cnn(last="Dense(10)"),
    "softmax twice": _cnn(last="Dense(10, activation='softmax'), Softmax()"),
    "nine classes": _cnn(last="Dense(9, activation='softmax')"),
    "first layer changed": _cnn(first="Conv2D(16, 5, activation='relu')"),
    "frozen": _cnn(more="m.layers[1].trainable = False"),
    "all frozen": _cnn(more="m.trainable = False"),
    "frozen variable": _cnn(more="m.layers[0].kernel.trainable = False"),
    "order": "return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), MaxPool2D(),"
    " Conv2D(64, 5, activation='relu'), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "fixed batch": "return Sequential([keras.Input(batch_shape=(32, 28, 28, 1)), Conv2D(32, 5, activation='relu'),"
    " Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "input shape": "return Sequential([keras.Input((28, 28, 3)), Conv2D(32, 5, activation='relu'),"
    " Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "rescaling": "return Sequential([keras.Input((28, 28, 1)), Rescaling(1 / 255), Conv2D(32, 5, activation='relu'),"
    " Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "shared dense": FUNCTIONAL + "x = Flatten()(MaxPool2D()(Conv2D(64, 5, activation='relu')(x)))\n"
    "x = Dense(128, 'relu')(x)\nd = Dense(128, 'relu')\nx = d(d(x))\nreturn Model(i, Dense(10, 'softmax')(x))",
    "residual": FUNCTIONAL + "y = Conv2D(64, 5, activation='relu')(x)\nx = Flatten()(MaxPool2D()(y))\n"
    "x = Dense(128, 'relu')(x)\nx = Add()([x, x])\nreturn Model(i, Dense(10, 'softmax')(x))",
    "two outputs": FUNCTIONAL + "x = Flatten()(MaxPool2D()(Conv2D(64, 5, activation='relu')(x)))\n"
    "x = Dense(128, 'relu')(x)\no = Dense(10, 'softmax')(x)\nreturn Model(i, [o, x])",
    "dead layer": """!
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu')
        self.pool, self.flat, self.d = MaxPool2D(), Flatten(), Dense(128, activation='relu')
        self.out, self.dead = Dense(10, activation='softmax'), Dense(7)
    def call(self, x):
        x = self.d(self.flat(self.pool(self.b(self.a(x)))))
        self.dead(x)
        return self.out(x)
def build_model():
    return Net()
""",
    "lambda that scales": _cnn(flat="Flatten(), Lambda(lambda x: x * 2)"),
    "function named relu": """!
def relu(x):
    return ops.tanh(x)
def build_model():
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation=relu),
                       MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])
""",
    "class named Conv2D": """!
class Conv2D(keras.layers.Conv2D):
    def call(self, x):
        return super().call(x) * 2
def build_model():
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'),
                       MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])
""",
    "lying configuration": """!
class Conv2D(keras.layers.Conv2D):
    def get_config(self):
        return {**super().get_config(), 'activation': 'relu'}
def build_model():
    return Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(32, 5, activation='relu'),
                       Conv2D(64, 5, activation='tanh'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])
""",
    "call replaced": _cnn(more="c = m.layers[1]\nc.call = lambda x: keras.layers.Conv2D.call(c, x) * 2"),
    "patched relu": """!
def other(x, negative_slope=0.0, max_value=None, threshold=0.0):
    return ops.tanh(x)
def build_model():
    def fake(x, negative_slope=0.0, max_value=None, threshold=0.0):
        import keras
        return keras.ops.tanh(x)
    keras.activations.relu.__code__ = fake.__code__
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'),
                       MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])
""",
}  # fmt: skip
