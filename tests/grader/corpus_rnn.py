# ruff: noqa: E501 - the programs keep their own line lengths
"""Ways to write the network of level 4, right and wrong; ``corpus.py`` says how each text is read."""

RNN = "m = Sequential()\nm.add(Embedding(1000, 64))\n"
RNN_END = "m.add(Dense(16, activation='relu')); m.add(Dense(1, activation='sigmoid')); return m"

RNN_EQUAL = {
    "article": RNN + "m.add(SimpleRNN(30))\nm.add(Dense(units=16, activation='relu'))\n"
    "m.add(Dense(units=1, activation='sigmoid'))\nreturn m",
    "fixed length": "return Sequential([keras.Input((100,)), Embedding(1000, 64), SimpleRNN(30), Dense(16, 'relu'), Dense(1, 'sigmoid')])",
    "open length": "return Sequential([keras.Input((None,), dtype='int32'), Embedding(1000, 64), SimpleRNN(30), Dense(16, 'relu'),"
    " Dense(1, 'sigmoid')])",
    "functional": "i = keras.Input((None,))\nx = SimpleRNN(30)(Embedding(1000, 64)(i))\n"
    "return Model(i, Dense(1, 'sigmoid')(Dense(16, 'relu')(x)))",
    "cell": RNN + "m.add(RNN(SimpleRNNCell(30)))\n" + RNN_END,
    "explicit defaults": RNN + "m.add(SimpleRNN(30, activation='tanh', use_bias=True, dropout=0.0, recurrent_dropout=0,"
    " return_sequences=False, unroll=True if False else False, seed=3))\n" + RNN_END,
    "separate activations": RNN + "m.add(SimpleRNN(30)); m.add(Dense(16)); m.add(ReLU()); m.add(Dense(1))\n"
    "m.add(Activation('sigmoid')); return m",
    "input_length": "m = Sequential()\nm.add(Embedding(1000, 64, input_length=40))\nm.add(SimpleRNN(30))\n" + RNN_END,
    "subclassed": """!
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.layers_ = [Embedding(1000, 64), SimpleRNN(30), Dense(16, activation='relu'), Dense(1, activation='sigmoid')]
    def call(self, x):
        for layer in self.layers_:
            x = layer(x)
        return x
def build_model():
    return Net()
""",
    "flatten of something flat": RNN + "m.add(SimpleRNN(30)); m.add(Flatten())\n" + RNN_END,
}  # fmt: skip

RNN_DIFFERENT = {
    "units": RNN + "m.add(SimpleRNN(40))\n" + RNN_END,
    "sequences": RNN + "m.add(SimpleRNN(30, return_sequences=True)); m.add(Flatten())\n" + RNN_END,
    "backwards": RNN + "m.add(SimpleRNN(30, go_backwards=True))\n" + RNN_END,
    "dropout": RNN + "m.add(SimpleRNN(30, dropout=0.2))\n" + RNN_END,
    "recurrent dropout": RNN + "m.add(SimpleRNN(30, recurrent_dropout=0.2))\n" + RNN_END,
    "relu in the cell": RNN + "m.add(SimpleRNN(30, activation='relu'))\n" + RNN_END,
    "mask": "m = Sequential([Embedding(1000, 64, mask_zero=True), SimpleRNN(30)])\n" + RNN_END,
    "lstm": RNN + "m.add(LSTM(30))\n" + RNN_END,
    "gru": RNN + "m.add(GRU(30))\n" + RNN_END,
    "bidirectional": RNN + "m.add(Bidirectional(SimpleRNN(15)))\n" + RNN_END,
    "two rnns": RNN + "m.add(SimpleRNN(30, return_sequences=True)); m.add(SimpleRNN(30))\n" + RNN_END,
    "embedding": "m = Sequential([Embedding(1000, 32), SimpleRNN(30)])\n" + RNN_END,
    "vocabulary": "m = Sequential([Embedding(2000, 64), SimpleRNN(30)])\n" + RNN_END,
    "no dense": RNN + "m.add(SimpleRNN(30)); m.add(Dense(1, activation='sigmoid')); return m",
    "softmax of one": RNN + "m.add(SimpleRNN(30)); m.add(Dense(16, 'relu')); m.add(Dense(1, 'softmax')); return m",
    "tanh": RNN + "m.add(SimpleRNN(30)); m.add(Dense(16, 'tanh')); m.add(Dense(1, 'sigmoid')); return m",
    "two outputs": RNN + "m.add(SimpleRNN(30)); m.add(Dense(16, 'relu')); m.add(Dense(2, 'sigmoid')); return m",
    "stateful": "return Sequential([keras.Input(batch_shape=(1, 40)), Embedding(1000, 64), SimpleRNN(30, stateful=True),"
    " Dense(16, 'relu'), Dense(1, 'sigmoid')])",
    "average": RNN + "m.add(GlobalAveragePooling1D()); m.add(Dense(30, 'tanh'))\n" + RNN_END,
}  # fmt: skip
