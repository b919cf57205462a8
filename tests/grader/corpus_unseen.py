# ruff: noqa: E501 - the programs keep their own line lengths
"""More ways to write levels 3 and 4, thought of after the grader was written to find what it misses."""

CNN_TOP = "m = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu')])\n"
CNN_INPUT = "i = keras.Input((28, 28, 1))\nx = Conv2D(32, 5, activation='relu')(i)\n"
HEAD_END = "m.add(Dense(128, 'relu')); m.add(Dense(10, 'softmax')); return m"
FLAT_END = "m.add(Flatten()); " + HEAD_END
CONV_POOL = "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPool2D())\n"


def _block(call: str, *, base: str = "layers.Layer", more: str = "") -> str:
    """Return a program whose second convolution and pool are a layer class with this ``call``."""
    return f"""!
class Block({base}):
    def __init__(self):
        super().__init__()
        self.conv, self.pool, self.flat = Conv2D(64, 5), MaxPool2D(), Flatten()
{more}
    def call(self, x):
{call}
def build_model():
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Block(), Dense(128, 'relu'), Dense(10, 'softmax')])
"""


CNN_UNSEEN_EQUAL = {
    "conv subclass with own defaults": """!
class Conv5(Conv2D):
    \"\"\"五乘五的卷积\"\"\"
    def __init__(self, filters):
        super().__init__(filters, (5, 5), activation='relu')
def build_model():
    return Sequential([Input((28, 28, 1)), Conv5(32), Conv5(64), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])
""",
    "dense subclass that says more of itself": """!
class Dense2(Dense):
    def get_config(self):
        return {**super().get_config(), 'author': 'me'}
def build_model():
    return Sequential([Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense2(128, 'relu'), Dense2(10, 'softmax')])
""",
    "functional constructor in a class": """!
class Net(keras.Model):
    def __init__(self):
        i = keras.Input((28, 28, 1))
        x = MaxPool2D()(Conv2D(64, 5, activation='relu')(Conv2D(32, 5, activation='relu')(i)))
        super().__init__(inputs=i, outputs=Dense(10, 'softmax')(Dense(128, 'relu')(Flatten()(x))))
def build_model():
    return Net()
""",
    "functional subclass": """!
class Net(keras.Functional if hasattr(keras, 'Functional') else keras.Model):
    pass
def build_model():
    i = keras.Input((28, 28, 1))
    x = MaxPool2D()(Conv2D(64, 5, activation='relu')(Conv2D(32, 5, activation='relu')(i)))
    return Net(i, Dense(10, 'softmax')(Dense(128, 'relu')(Flatten()(x))))
""",
    "relu by where in a layer": """!
class Rectify(layers.Layer):
    def call(self, x):
        return tf.where(x > 0, x, tf.zeros_like(x))
def build_model():
    return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5), Rectify(), Conv2D(64, 5), Rectify(), MaxPool2D(), Flatten(), Dense(128), Rectify(), Dense(10, 'softmax')])
""",
    "tf names imported on their own": "!\nfrom tensorflow import nn, reshape\nrelu, pool = tf.nn.relu, tf.nn.max_pool2d\n" + _block("        x = relu(self.conv(x))\n        x = pool(x, ksize=2, strides=2, padding='VALID')\n        return reshape(x, [-1, 10 * 10 * 64])")[1:],
    "old backend words": _block("        x = tf.keras.backend.relu(self.conv(x))\n        return self.flat(self.pool(x))"),
    "shape taken apart": _block("        x = self.pool(tf.nn.relu(self.conv(x)))\n        n, h, w, c = x.shape\n        return tf.reshape(x, (-1, h * w * c))"),
    "ops with shape": CNN_INPUT + "x = ops.max_pool(ops.relu(Conv2D(64, 5)(x)), pool_size=(2, 2), strides=2, padding='valid')\nx = ops.reshape(x, (-1, np.prod(x.shape[1:])))\n"
    "return Model(i, Dense(10, 'softmax')(Dense(128, 'relu')(x)))",
    "pool in a lambda": CNN_TOP + "m.add(Conv2D(64, 5, activation='relu')); m.add(Lambda(lambda t: tf.nn.max_pool2d(t, 2, 2, 'VALID')))\n" + FLAT_END,
    "softmax in a lambda": CNN_TOP + CONV_POOL + "m.add(Flatten()); m.add(Dense(128, 'relu')); m.add(Dense(10)); m.add(Lambda(lambda t: tf.nn.softmax(t))); return m",
    "softmax over axis one": CNN_TOP + CONV_POOL + "m.add(Flatten()); m.add(Dense(128, 'relu')); m.add(Dense(10)); m.add(Softmax(axis=1)); return m",
    "softmax written out": CNN_TOP + CONV_POOL + "m.add(Flatten()); m.add(Dense(128, 'relu')); m.add(Dense(10))\n"
    "m.add(Lambda(lambda t: tf.exp(t - tf.reduce_max(t, axis=1, keepdims=True)) / tf.reduce_sum(tf.exp(t - tf.reduce_max(t, axis=1, keepdims=True)), axis=1, keepdims=True))); return m",
    "leaky relu that does not leak": CNN_TOP + "m.add(Conv2D(64, 5)); m.add(LeakyReLU(negative_slope=0.0)); m.add(MaxPool2D())\n" + FLAT_END,
    "relu with all its arguments": CNN_TOP + "m.add(Conv2D(64, 5)); m.add(ReLU(max_value=None, negative_slope=0.0, threshold=0.0)); m.add(MaxPool2D())\n" + FLAT_END,
    "activation looked up": CNN_TOP + "m.add(Conv2D(64, 5, activation=keras.activations.get('relu'))); m.add(MaxPool2D())\n" + FLAT_END,
    "linear activations everywhere": CNN_TOP + "m.add(Conv2D(64, 5, activation='linear')); m.add(Activation('linear')); m.add(Activation('relu')); m.add(MaxPool2D())\n" + FLAT_END,
    "pool with padding that pads nothing": CNN_TOP + "m.add(Conv2D(64, 5, activation='relu')); m.add(MaxPooling2D((2, 2), padding='same'))\n" + FLAT_END,
    "layers that do nothing": CNN_TOP + CONV_POOL + "m.add(ZeroPadding2D(0)); m.add(Cropping2D(0)); m.add(UpSampling2D(1)); m.add(Rescaling(1.0)); m.add(Permute((1, 2, 3)))\n" + FLAT_END,
    "noise of nothing": CNN_TOP + CONV_POOL + "m.add(GaussianNoise(0.0)); m.add(SpatialDropout2D(0.0)); m.add(ActivityRegularization())\n" + FLAT_END,
    "reshape there and back": CNN_TOP + CONV_POOL + "m.add(Reshape((100, 64))); m.add(Reshape((10, 10, 64)))\n" + FLAT_END,
    "regulariser of nothing": CNN_TOP + "m.add(Conv2D(64, 5, activation='relu', kernel_regularizer=keras.regularizers.L2(0.0))); m.add(MaxPool2D())\n" + FLAT_END,
    "wrong layer taken back": CNN_TOP + "m.add(Dropout(0.3)); m.pop()\n" + CONV_POOL + FLAT_END,
    "model of a model": "s = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\nreturn Model(s.inputs, s.outputs)",
    "cloned": "s = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\nreturn keras.models.clone_model(s)",
    "from its configuration": "s = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\nreturn Sequential.from_config(s.get_config())",
    "model wrapped twice": "s = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\n"
    "i = keras.Input((28, 28, 1))\nreturn Model(i, Sequential([keras.Input((28, 28, 1)), s])(i))",
    "input layer object": "return Sequential([InputLayer(shape=(28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "input layer with open batch": "return Sequential([InputLayer(batch_shape=(None, 28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "chinese names": "return Sequential([keras.Input((28, 28, 1), name='输入'), Conv2D(32, 5, activation='relu', name='卷积1'), Conv2D(64, 5, activation='relu', name='卷积2'), MaxPool2D(name='池化'), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax', name='输出')], name='网络')",
    "unbuilt and nested": "return Sequential([Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D()]), Sequential([Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])])",
    "numbers from numpy": CNN_TOP + "m.add(Conv2D(np.int64(64), np.array([5, 5]).tolist(), activation='relu')); m.add(MaxPool2D(tuple(np.array([2, 2])))); m.add(Flatten())\nm.add(Dense(int(np.prod([16, 8])), 'relu')); m.add(Dense(10, 'softmax')); return m",
    "built with another batch": "m = Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\nm.build((None, 28, 28, 1)); return m",
    "called on numbers": "m = Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\nm(np.zeros((2, 28, 28, 1), 'float32')); return m",
}  # fmt: skip

CNN_UNSEEN_EQUAL |= {
    "built for two rows": "m = Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\nm.build((2, 28, 28, 1)); return m",
    "a head on a body": "body = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D()])\nx = Flatten()(body.outputs[0])\nreturn Model(body.inputs, Dense(10, 'softmax')(Dense(128, 'relu')(x)))",
    "layers of another model": "old = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(7, 'softmax')])\nm = Sequential(old.layers[:-1]); m.add(Dense(10, 'softmax')); return m",
    "used once before": "c = Conv2D(64, 5, activation='relu')\nc(keras.Input((24, 24, 32)))\nm = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), c, MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')]); return m",
    "mixin and super": """!
class Named:
    label = '块'
class Block(Named, layers.Layer):
    def __init__(self, filters):
        super(Block, self).__init__()
        self.seq = Sequential([Conv2D(filters, 5), Activation('relu'), MaxPool2D()])
    def call(self, inputs, training=None):
        return self.seq(inputs)
def build_model():
    m = Sequential()
    m.add(Conv2D(32, 5, activation='relu', input_shape=(28, 28, 1)))
    m.add(Block(64)); m.add(Flatten()); m.add(Dense(128, activation='relu')); m.add(Dense(10, activation='softmax'))
    return m
""",
    "block in a block": """!
class Conv(layers.Layer):
    def __init__(self, f):
        super().__init__()
        self.c = Conv2D(f, 5)
    def call(self, x):
        return tf.nn.relu(self.c(x))
class Body(layers.Layer):
    def __init__(self):
        super().__init__()
        self.parts = [Conv(32), Conv(64)]
    def call(self, x):
        for part in self.parts:
            x = part(x)
        return tf.keras.layers.Flatten()(tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'VALID'))
def build_model():
    i = Input((28, 28, 1))
    return Model(i, Dense(10, 'softmax')(Dense(128, 'relu')(Body()(i))))
""",
    "tf.keras.activations in a call": """!
class Net(tf.keras.Model):
    def __init__(self, n_classes=10):
        super().__init__()
        self.conv1 = tf.keras.layers.Conv2D(32, 5)
        self.conv2 = tf.keras.layers.Conv2D(64, 5)
        self.pool = tf.keras.layers.MaxPooling2D(2)
        self.fc1, self.fc2 = tf.keras.layers.Dense(128), tf.keras.layers.Dense(n_classes)
    def call(self, x, training=False):
        x = tf.keras.activations.relu(self.conv1(x))
        x = self.pool(tf.maximum(self.conv2(x), 0.))
        x = tf.reshape(x, [tf.shape(x)[0], -1])
        return tf.keras.activations.softmax(self.fc2(tf.keras.activations.relu(self.fc1(x))))
def build_model():
    return Net()
""",
    "two calls, one of them named": """!
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.net = Sequential([Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten()])
        self.head = Sequential([Dense(128, 'relu'), Dense(10, 'softmax')])
    def features(self, x):
        return self.net(x)
    def call(self, inputs):
        return self.head(self.features(inputs))
def build_model():
    net = Net()
    net(tf.zeros((1, 28, 28, 1)))
    net.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
    return net
""",
}

CNN_EQUAL_BY_BEHAVIOUR = {
    "convolution by hand": """!
class MyConv(layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(shape=(5, 5, shape[-1], 64), initializer='glorot_uniform')
        self.bias = self.add_weight(shape=(64,), initializer='zeros')
    def call(self, x):
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, self.kernel, 1, 'VALID'), self.bias))
def build_model():
    return Sequential([Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), MyConv(), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])
""",
    "unknown tf operation": _block("        x = self.pool(tf.nn.crelu(self.conv(x))[..., :64])\n        return self.flat(x)"),
    "a whole model that cannot be followed": """!
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = Conv2D(32, 5), Conv2D(64, 5)
        self.c, self.d = Dense(128), Dense(10)
    def call(self, x):
        x = tf.math.add_n([tf.nn.relu(self.a(x))])
        x = tf.nn.max_pool(tf.nn.relu(self.b(x)), 2, 2, 'VALID')
        return tf.nn.softmax(self.d(tf.nn.relu(self.c(tf.reshape(x, [-1, 6400])))))
def build_model():
    return Net()
""",
    "relu by arithmetic": CNN_INPUT + "x = Conv2D(64, 5)(x)\nx = (x + ops.abs(x)) / 2\nx = Flatten()(MaxPool2D()(x))\nreturn Model(i, Dense(10, 'softmax')(Dense(128, 'relu')(x)))",
}  # fmt: skip

CNN_DIFFERENT_BY_BEHAVIOUR = {
    "unknown operation that changes values": _block("        x = self.pool(tf.nn.crelu(self.conv(x))[..., 64:])\n        return self.flat(x)"),
    "dropout only when training": """!
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.pool, self.flat = Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten()
        self.c, self.d, self.drop = Dense(128, activation='relu'), Dense(10, activation='softmax'), Dropout(0.5)
    def call(self, x, training=False):
        x = self.c(self.flat(self.pool(self.b(self.a(x)))))
        if training:
            x = self.drop(x, training=True)
        return self.d(x)
def build_model():
    return Net()
""",
    "patched relu": """!
def build_model():
    def fake(x, negative_slope=0.0, max_value=None, threshold=0.0):
        import keras
        return keras.ops.tanh(x)
    keras.activations.relu.__code__ = fake.__code__
    keras.activations.get('relu')
    m = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5), ReLU(), Conv2D(64, 5), ReLU(), MaxPool2D(), Flatten(), Dense(128), ReLU(), Dense(10, 'softmax')])
    return m
""",
    "class patched": """!
plain = keras.layers.Conv2D.call
def build_model():
    m = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])
    keras.layers.Conv2D.call = lambda self, x: plain(self, x) * 0.5
    return m
""",
}  # fmt: skip


def _cnn(
    second: str = "Conv2D(64, 5, activation='relu'), MaxPool2D()",
    flat: str = "Flatten()",
    *,
    end: str = "Dense(128, 'relu'), Dense(10, 'softmax')",
) -> str:
    """Return a body that builds the network with some of its parts replaced."""
    return f"return Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), {second}, {flat}, {end}])"


CNN_UNSEEN_DIFFERENT = {
    "relu before the convolution": _cnn("ReLU(), Conv2D(64, 5), MaxPool2D()"),
    "relu over an average": _cnn("Conv2D(64, 5), AveragePooling2D(2), ReLU()"),
    "softmax before flatten": _cnn("Conv2D(64, 5, activation='softmax'), MaxPool2D()"),
    "pooled with windows that overlap": _cnn("Conv2D(64, 5, activation='relu'), MaxPool2D(2, 1), MaxPool2D(2, 2)"),
    "pool one way": _cnn("Conv2D(64, 5, activation='relu'), MaxPool2D((2, 1))"),
    "pool twice as wide": _cnn("Conv2D(64, 5, activation='relu'), MaxPool2D(4)"),
    "numbers shuffled": _cnn(flat="Permute((3, 1, 2)), Flatten()"),
    "flatten after dense": _cnn(flat="Dense(128, 'relu')", end="Flatten(), Dense(10, 'softmax')"),
    "flatten forgotten": _cnn(flat="Identity()"),
    "global max": _cnn(flat="GlobalMaxPooling2D()"),
    "two kernels of three": _cnn("Conv2D(64, 3), Conv2D(64, 3, activation='relu'), MaxPool2D()"),
    "depthwise": _cnn("DepthwiseConv2D(5, depth_multiplier=2, activation='relu'), MaxPool2D()"),
    "transposed": _cnn("Conv2DTranspose(64, 5, activation='relu'), MaxPool2D(2)"),
    "groups": _cnn("Conv2D(64, 5, groups=2, activation='relu'), MaxPool2D()"),
    "elu": _cnn("Conv2D(64, 5, activation='elu'), MaxPool2D()"),
    "own relu with a floor": _cnn("Conv2D(64, 5, activation=lambda x: ops.maximum(x, 0.01)), MaxPool2D()"),
    "parametric relu": _cnn("Conv2D(64, 5), PReLU(), MaxPool2D()"),
    "batch size in the input layer": "return Sequential([InputLayer(batch_shape=(64, 28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])",
    "activity regulariser": _cnn("Conv2D(64, 5, activation='relu', activity_regularizer='l1'), MaxPool2D()"),
    "noise": _cnn(end="GaussianNoise(0.1), Dense(128, 'relu'), Dense(10, 'softmax')"),
    "layer norm": _cnn(end="Dense(128, 'relu'), LayerNormalization(), Dense(10, 'softmax')"),
    "sigmoid between": _cnn(end="Dense(128, 'sigmoid'), Dense(10, 'softmax')"),
    "softmax and sigmoid": _cnn(end="Dense(128, 'relu'), Dense(10, 'softmax'), Activation('sigmoid')"),
    "a class too many": _cnn(end="Dense(128, 'relu'), Dense(11, 'softmax')"),
    "dense order": _cnn(end="Dense(10, 'relu'), Dense(128, 'softmax')"),
    "nested model twice": CNN_INPUT + "x = Flatten()(MaxPool2D()(Conv2D(64, 5, activation='relu')(x)))\nx = Dense(128, 'relu')(x)\nb = Sequential([Dense(128, 'relu')])\nreturn Model(i, Dense(10, 'softmax')(b(b(x))))",
    "skipped around": CNN_INPUT + "y = MaxPool2D()(Conv2D(64, 5, activation='relu')(x))\nx = Flatten()(y)\nd = Dense(128, 'relu')(x)\nreturn Model(i, Dense(10, 'softmax')(Concatenate()([d, x])))",
    "frozen variable in a block": "!\nclass Block(layers.Layer):\n    def __init__(self):\n        super().__init__()\n        self.conv = Conv2D(64, 5, activation='relu')\n    def call(self, x):\n        return self.conv(x)\n"
    "def build_model():\n    b = Block()\n    b.trainable = False\n    return Sequential([Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), b, MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\n",
    "dropout in a subclass": _block("        return self.flat(self.pool(ops.relu(self.conv(self.drop(x)))))", more="        self.drop = Dropout(0.2)"),
    "two inputs": CNN_INPUT + "j = keras.Input((28, 28, 1))\nx = Flatten()(MaxPool2D()(Conv2D(64, 5, activation='relu')(x)))\nreturn Model([i, j], Dense(10, 'softmax')(Dense(128, 'relu')(x)))",
    "lambda that drops channels": _cnn(flat="Lambda(lambda x: x[..., :32]), Flatten()"),
    "lora": CNN_TOP + CONV_POOL + "m.add(Flatten()); m.add(Dense(128, 'relu', lora_rank=4)); m.add(Dense(10, 'softmax')); return m",
    "float64": _cnn("Conv2D(64, 5, activation='relu', dtype='float64'), MaxPool2D()"),
    "time distributed flatten": _cnn(flat="TimeDistributed(Flatten()), Flatten()"),
}  # fmt: skip

CNN_UNSEEN_DIFFERENT |= {
    "the same block twice": """!
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = Dense(128, 'relu')
    def call(self, x):
        return self.d(x)
def build_model():
    b = Block()
    i = Input((28, 28, 1))
    x = Flatten()(MaxPool2D()(Conv2D(64, 5, activation='relu')(Conv2D(32, 5, activation='relu')(i))))
    return Model(i, Dense(10, 'softmax')(b(b(Dense(128, 'relu')(x)))))
""",
    "conv subclass that pads": "!\nclass C(Conv2D):\n    def __init__(self, f):\n        super().__init__(f, 5, padding='same', activation='relu')\n"
    "def build_model():\n    return Sequential([Input((28, 28, 1)), C(32), C(64), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')])\n",
    "flat before the pool": "m = Sequential([keras.Input((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), Reshape((400, 64)), MaxPool1D(4), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')]); return m",
    "transposed pictures": "m = Sequential([keras.Input((28, 28, 1)), Permute((2, 1, 3)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'), MaxPool2D(), Flatten(), Dense(128, 'relu'), Dense(10, 'softmax')]); return m",
    "scaled by a tenth": _cnn(end="Dense(128, 'relu'), Dense(10), Lambda(lambda x: tf.nn.softmax(x / 10.0))"),
    "relu only of half": _cnn(
        "Conv2D(64, 5), Lambda(lambda x: tf.concat([tf.nn.relu(x[..., :32]), x[..., 32:]], -1)), MaxPool2D()"
    ),
    "pool of the average too": CNN_INPUT
    + "x = Conv2D(64, 5, activation='relu')(x)\nx = Flatten()(Average()([MaxPool2D()(x), AveragePooling2D(2)(x)]))\nreturn Model(i, Dense(10, 'softmax')(Dense(128, 'relu')(x)))",
    "wrong layer behind the answer": CNN_INPUT
    + "x = Flatten()(MaxPool2D()(Conv2D(64, 5, activation='relu')(x)))\nx = Dense(10, 'softmax')(Dense(128, 'relu')(x))\nreturn Model(i, ops.round(x))",
}

RNN_TOP = "m = Sequential([Embedding(1000, 64)])\n"
RNN_END = "m.add(Dense(16, activation='relu')); m.add(Dense(1, activation='sigmoid')); return m"
RNN_INPUT = "i = keras.Input((None,), dtype='int32')\nx = Embedding(1000, 64)(i)\n"
RNN_OUT = "return Model(i, Dense(1, 'sigmoid')(Dense(16, 'relu')(x)))"

RNN_UNSEEN_EQUAL = {
    "last step taken out": RNN_INPUT + "x = SimpleRNN(30, return_sequences=True)(x)[:, -1]\n" + RNN_OUT,
    "last step with all axes": RNN_INPUT + "x = SimpleRNN(30, return_sequences=True)(x)[:, -1, :]\n" + RNN_OUT,
    "last step in a lambda": RNN_TOP + "m.add(SimpleRNN(30, return_sequences=True)); m.add(Lambda(lambda t: t[:, -1, :]))\n" + RNN_END,
    "last step by ops": RNN_INPUT + "x = ops.take(SimpleRNN(30, return_sequences=True)(x), -1, axis=1)\n" + RNN_OUT,
    "last of a hundred": "i = keras.Input((100,))\nx = SimpleRNN(30, return_sequences=True)(Embedding(1000, 64)(i))[:, 99]\n" + RNN_OUT,
    "state asked for": RNN_INPUT + "x, state = SimpleRNN(30, return_state=True)(x)\n" + RNN_OUT,
    "state used": RNN_INPUT + "y, x = SimpleRNN(30, return_state=True)(x)\n" + RNN_OUT,
    "state of sequences": RNN_INPUT + "y, x = SimpleRNN(30, return_sequences=True, return_state=True)(x)\n" + RNN_OUT,
    "list of one cell": RNN_TOP + "m.add(RNN([SimpleRNNCell(30)]))\n" + RNN_END,
    "cell and last step": RNN_INPUT + "x = RNN(SimpleRNNCell(30), return_sequences=True)(x)[:, -1]\n" + RNN_OUT,
    "unrolled": "return Sequential([keras.Input((12,)), Embedding(1000, 64), SimpleRNN(30, unroll=True), Dense(16, 'relu'), Dense(1, 'sigmoid')])",
    "sigmoid written out": RNN_TOP + "m.add(SimpleRNN(30)); m.add(Dense(16, 'relu')); m.add(Dense(1)); m.add(Lambda(lambda t: 1 / (1 + tf.exp(-t)))); return m",
    "tf.keras with names": "k = tf.keras.layers\nm = tf.keras.models.Sequential(name='rnn')\nm.add(k.Embedding(input_dim=1000, output_dim=64, name='词向量'))\nm.add(k.SimpleRNN(units=30, activation=tf.nn.tanh))\nm.add(k.Dense(16, tf.nn.relu))\nm.add(k.Dense(1, tf.nn.sigmoid))\nreturn m",
    "whole numbers of 64 bits": "i = Input(shape=(None,), dtype='int64')\nx = SimpleRNN(30)(Embedding(1000, 64)(i))\n" + RNN_OUT,
    "reshape to what it is": RNN_TOP + "m.add(SimpleRNN(30)); m.add(Reshape((30,)))\n" + RNN_END,
    "dropouts of nothing": RNN_TOP + "m.add(SpatialDropout1D(0)); m.add(SimpleRNN(30)); m.add(Dropout(0))\n" + RNN_END,
    "subclassed with tf": """!
class Net(tf.keras.Model):
    def __init__(self):
        super(Net, self).__init__()
        self.embedding = Embedding(1000, 64)
        self.rnn = SimpleRNN(30)
        self.fc1 = Dense(16)
        self.fc2 = Dense(1)
    def call(self, inputs, training=None, mask=None):
        x = self.rnn(self.embedding(inputs))
        return tf.sigmoid(self.fc2(tf.nn.relu(self.fc1(x))))
def build_model():
    return Net()
""",
}  # fmt: skip

RNN_EQUAL_BY_BEHAVIOUR = {
    "last of all answers": RNN_INPUT + "x = Dense(16, 'relu')(SimpleRNN(30, return_sequences=True)(x))\nreturn Model(i, Dense(1, 'sigmoid')(x)[:, -1])",
    "last step kept and squeezed": RNN_TOP + "m.add(SimpleRNN(30, return_sequences=True)); m.add(Lambda(lambda t: tf.squeeze(t[:, -1:, :], axis=1)))\n" + RNN_END,
    "own cell": RNN_TOP + """class Cell(layers.Layer):
    def __init__(self):
        super().__init__()
        self.state_size = self.output_size = 30
    def build(self, shape):
        self.a = self.add_weight(shape=(64, 30), initializer='glorot_uniform')
        self.b = self.add_weight(shape=(30, 30), initializer='orthogonal')
        self.c = self.add_weight(shape=(30,), initializer='zeros')
    def call(self, x, states):
        h = ops.tanh(ops.matmul(x, self.a) + ops.matmul(states[0], self.b) + self.c)
        return h, [h]
m.add(RNN(Cell()))
""" + RNN_END,
    "last step by reversing": RNN_INPUT + "x = ops.flip(SimpleRNN(30, return_sequences=True)(x), axis=1)[:, 0]\n" + RNN_OUT,
}  # fmt: skip

RNN_DIFFERENT_BY_BEHAVIOUR = {
    "middle by reversing": RNN_INPUT + "x = ops.flip(SimpleRNN(30, return_sequences=True)(x), axis=1)[:, 1]\n" + RNN_OUT,
}  # fmt: skip

RNN_UNSEEN_DIFFERENT = {
    "first step": RNN_INPUT + "x = SimpleRNN(30, return_sequences=True)(x)[:, 0]\n" + RNN_OUT,
    "second to last": RNN_INPUT + "x = SimpleRNN(30, return_sequences=True)(x)[:, -2]\n" + RNN_OUT,
    "last unit": "i = keras.Input((30,))\nx = SimpleRNN(30, return_sequences=True)(Embedding(1000, 64)(i))[:, :, -1]\n" + RNN_OUT,
    "mean over time": RNN_TOP + "m.add(SimpleRNN(30, return_sequences=True)); m.add(GlobalAveragePooling1D())\n" + RNN_END,
    "max over time": RNN_TOP + "m.add(SimpleRNN(30, return_sequences=True)); m.add(GlobalMaxPooling1D())\n" + RNN_END,
    "every word answered": RNN_TOP + "m.add(SimpleRNN(30, return_sequences=True))\n" + RNN_END,
    "time distributed": RNN_TOP + "m.add(SimpleRNN(30, return_sequences=True)); m.add(TimeDistributed(Dense(16, 'relu'))); m.add(GlobalMaxPooling1D()); m.add(Dense(1, 'sigmoid')); return m",
    "masking": "return Sequential([keras.Input((None, 1)), Masking(), SimpleRNN(30), Dense(16, 'relu'), Dense(1, 'sigmoid')])",
    "no embedding": "return Sequential([keras.Input((None, 64)), SimpleRNN(30), Dense(16, 'relu'), Dense(1, 'sigmoid')])",
    "embedding frozen": "m = Sequential([Embedding(1000, 64, trainable=False), SimpleRNN(30)])\n" + RNN_END,
    "cell with dropout": RNN_TOP + "m.add(RNN(SimpleRNNCell(30, dropout=0.3)))\n" + RNN_END,
    "two cells": RNN_TOP + "m.add(RNN([SimpleRNNCell(30), SimpleRNNCell(30)]))\n" + RNN_END,
    "merged directions": RNN_TOP + "m.add(Bidirectional(SimpleRNN(30), merge_mode='sum'))\n" + RNN_END,
    "no bias in the cell": RNN_TOP + "m.add(SimpleRNN(30, use_bias=False))\n" + RNN_END,
    "linear cell": RNN_TOP + "m.add(SimpleRNN(30, activation=None))\n" + RNN_END,
    "tanh twice": RNN_TOP + "m.add(SimpleRNN(30)); m.add(Activation('tanh'))\n" + RNN_END,
    "dropout between": RNN_TOP + "m.add(SimpleRNN(30)); m.add(Dropout(0.2))\n" + RNN_END,
    "dense the wrong way round": RNN_TOP + "m.add(SimpleRNN(16)); m.add(Dense(30, activation='relu')); m.add(Dense(1, activation='sigmoid')); return m",
    "no sigmoid": RNN_TOP + "m.add(SimpleRNN(30)); m.add(Dense(16, 'relu')); m.add(Dense(1)); return m",
    "sigmoid twice": RNN_TOP + "m.add(SimpleRNN(30)); m.add(Dense(16, 'relu')); m.add(Dense(1, 'sigmoid')); m.add(Activation('sigmoid')); return m",
    "relu missing": RNN_TOP + "m.add(SimpleRNN(30)); m.add(Dense(16)); m.add(Dense(1, 'sigmoid')); return m",
    "convolution over words": RNN_TOP + "m.add(Conv1D(30, 3, activation='tanh')); m.add(GlobalMaxPooling1D())\n" + RNN_END,
}  # fmt: skip
