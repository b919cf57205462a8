# ruff: noqa: E501 - the programs keep their own line lengths
"""Ways to write the network of level 5, right and wrong; ``corpus.py`` says how each text is read."""

FIRST = "m = keras.Sequential()\nm.add(Conv2D(32, kernel_size=3, activation='relu', input_shape=[IMAGE_HEIGHT, IMAGE_WIDTH, 3]))\n"
END = "m.add(Flatten()); m.add(Dense(96, activation='relu')); m.add(Dense(2, activation='softmax')); return m"
INPUT = "i = keras.Input((IMAGE_HEIGHT, IMAGE_WIDTH, 3))\n"

CATS_EQUAL = {
    "given form": FIRST + "m.add(MaxPooling2D(pool_size=2)); m.add(Conv2D(32, kernel_size=3, activation='relu'))\nm.add(MaxPooling2D(pool_size=2))\n" + END,
    "a loop": "m = Sequential([keras.Input((128, 128, 3))])\nfor _ in range(2):\n    m.add(Conv2D(32, (3, 3), activation='relu'))\n    m.add(MaxPooling2D())\n" + END,
    "activations apart": "m = Sequential([keras.Input((128, 128, 3))])\nfor _ in range(2):\n    m.add(Conv2D(32, 3)); m.add(Activation('relu')); m.add(MaxPooling2D((2, 2)))\n"
    "m.add(Flatten()); m.add(Dense(96)); m.add(Activation('relu')); m.add(Dropout(0)); m.add(Dense(2)); m.add(Activation('softmax')); return m",
    "relu after every pool": "m = Sequential([keras.Input((128, 128, 3))])\nfor _ in range(2):\n    m.add(Conv2D(32, 3)); m.add(MaxPooling2D()); m.add(ReLU())\n" + END,
    "compiled at once": FIRST + "m.add(MaxPooling2D(2)); m.add(Conv2D(32, 3, activation='relu')); m.add(MaxPooling2D(2))\n"
    + END.replace("return m", "m.compile(loss='categorical_crossentropy', optimizer=keras.optimizers.Adam(1e-4), metrics=['accuracy']); return m"),
    "functional": INPUT + "x = i\nfor _ in range(2):\n    x = MaxPooling2D()(Conv2D(32, 3, activation='relu')(x))\nx = Dense(96, 'relu')(Flatten()(x))\nreturn keras.Model(inputs=i, outputs=Dense(2, 'softmax')(x))",
    "lists of inputs and outputs": INPUT + "x = i\nfor _ in range(2):\n    x = MaxPooling2D()(Conv2D(32, 3, activation='relu')(x))\nx = Dense(96, 'relu')(Flatten()(x))\nreturn keras.Model(inputs=[i], outputs=[Dense(2, 'softmax')(x)])",
    "a dictionary of inputs": INPUT + "x = i\nfor _ in range(2):\n    x = MaxPooling2D()(Conv2D(32, 3, activation='relu')(x))\nx = Dense(96, 'relu')(Flatten()(x))\nreturn keras.Model(inputs={'image': i}, outputs=Dense(2, 'softmax')(x))",
    "two halves": INPUT + "eyes = Sequential([Conv2D(32, 3, activation='relu'), MaxPooling2D(), Conv2D(32, 3, activation='relu'), MaxPooling2D(), Flatten()])\n"
    "head = Sequential([Dense(96, 'relu'), Dense(2, 'softmax')])\nreturn keras.Model(i, head(eyes(i)))",
    "first pool with padding": "m = Sequential([keras.Input((128, 128, 3)), Conv2D(32, 3, activation='relu'), MaxPooling2D(2, padding='same'), Conv2D(32, 3, activation='relu'), MaxPooling2D()])\n" + END,
    "subclassed in a loop": """!
class CatDog(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.blocks = [(Conv2D(32, 3), MaxPooling2D()) for _ in range(2)]
        self.body = [layer for pair in self.blocks for layer in pair]
        self.head = Sequential([Flatten(), Dense(96, activation='relu'), Dense(2)])
    def call(self, inputs, training=None):
        x = inputs
        for conv, pool in self.blocks:
            x = pool(keras.activations.relu(conv(x)))
        return keras.activations.softmax(self.head(x, training=training))
def build_model():
    return CatDog(name='猫狗')
""",
    "block class": """!
class ConvBlock(layers.Layer):
    def __init__(self, filters, kernel=3, **kwargs):
        super().__init__(**kwargs)
        self.conv = Conv2D(filters, kernel, activation='relu')
        self.pool = MaxPooling2D(2)
    def call(self, x, training=False):
        return self.pool(self.conv(x))
def build_model():
    return Sequential([Input(shape=(128, 128, 3)), ConvBlock(32), ConvBlock(32), Flatten(), Dense(96, activation='relu'), Dense(2, activation='softmax')])
""",
}  # fmt: skip

CATS_EQUAL_BY_BEHAVIOUR = {
    "own linear layer": """!
class Linear(layers.Layer):
    def __init__(self, units, activation=None):
        super().__init__()
        self.units, self.activation = units, keras.activations.get(activation)
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer='glorot_uniform')
        self.b = self.add_weight(shape=(self.units,), initializer='zeros')
    def call(self, x):
        return self.activation(tf.matmul(x, self.w) + self.b)
def build_model():
    return Sequential([Input((128, 128, 3)), Conv2D(32, 3, activation='relu'), MaxPooling2D(), Conv2D(32, 3, activation='relu'),
                       MaxPooling2D(), Flatten(), Linear(96, 'relu'), Linear(2, 'softmax')])
""",
}  # fmt: skip


def _cats(first: str = "Conv2D(32, 3, activation='relu')", *, pool: str = "MaxPooling2D()", second: str = "Conv2D(32, 3, activation='relu')",
          last_pool: str = "MaxPooling2D()", flat: str = "Flatten()", dense: str = "Dense(96, activation='relu')",
          last: str = "Dense(2, activation='softmax')", shape: str = "(128, 128, 3)") -> str:  # fmt: skip
    """Return a body that builds the network with some of its layers replaced."""
    parts = [part for part in (first, pool, second, last_pool, flat, dense, last) if part]
    return f"return Sequential([keras.Input({shape}), {', '.join(parts)}])"


CATS_DIFFERENT = {
    "more filters": _cats(second="Conv2D(64, 3, activation='relu')"),
    "kernel of five": _cats("Conv2D(32, 5, activation='relu')"),
    "same padding": _cats(second="Conv2D(32, 3, padding='same', activation='relu')"),
    "same padding twice": _cats("Conv2D(32, 3, padding='same', activation='relu')", second="Conv2D(32, 3, padding='same', activation='relu')"),
    "second pool with padding": _cats(last_pool="MaxPooling2D(2, padding='same')"),
    "no first pool": _cats(pool=""),
    "no second convolution": _cats(second="", last_pool=""),
    "average pools": _cats(pool="AveragePooling2D(2)", last_pool="AveragePooling2D(2)"),
    "pool of three": _cats(pool="MaxPooling2D(3)"),
    "global pool": _cats(flat="GlobalMaxPooling2D()"),
    "global pool kept flat": _cats(flat="GlobalMaxPooling2D(keepdims=True), Flatten()"),
    "hundred units": _cats(dense="Dense(100, activation='relu')"),
    "dropout": _cats(dense="Dense(96, activation='relu'), Dropout(0.5)"),
    "sigmoid": _cats(last="Dense(2, activation='sigmoid')"),
    "one unit with sigmoid": _cats(last="Dense(1, activation='sigmoid')"),
    "logits": _cats(last="Dense(2)"),
    "softmax over the wrong axis": _cats(last="Dense(2), Lambda(lambda x: tf.nn.softmax(x, axis=0))"),
    "smaller pictures": _cats(shape="(64, 64, 3)"),
    "grey pictures": _cats(shape="(128, 128, 1)"),
    "first relu forgotten": _cats("Conv2D(32, 3)"),
    "relu before the convolution": _cats("ReLU(), Conv2D(32, 3)"),
    "one convolution used twice": "c = Conv2D(32, 3, padding='same', activation='relu')\n" + INPUT + "x = MaxPooling2D()(c(Conv2D(32, 1)(i)))\nx = MaxPooling2D()(c(x))\n"
    "return Model(i, Dense(2, 'softmax')(Dense(96, 'relu')(Flatten()(x))))",
    "pools first": "return Sequential([keras.Input((128, 128, 3)), MaxPooling2D(), Conv2D(32, 3, activation='relu'), MaxPooling2D(), Conv2D(32, 3, activation='relu'),"
    " Flatten(), Dense(96, 'relu'), Dense(2, 'softmax')])",
    "dense before flatten": _cats(flat="Dense(96, activation='relu')", dense="Flatten()"),
}  # fmt: skip
