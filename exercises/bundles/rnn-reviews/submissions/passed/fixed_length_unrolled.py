# whole-file: A fixed length of 40 words, and the recurrent layer unrolled into 40 steps.
from tensorflow import keras

MAX_WORDS = 40


def build_model() -> keras.Model:
    return keras.Sequential(
        [
            keras.layers.Input(shape=(MAX_WORDS,)),
            keras.layers.Embedding(input_dim=1000, output_dim=64),
            keras.layers.SimpleRNN(30, unroll=True, stateful=False, recurrent_dropout=0.0, seed=1447),
            keras.layers.Dense(16, activation=keras.activations.relu),
            keras.layers.Dense(1, activation=keras.activations.sigmoid),
        ]
    )
