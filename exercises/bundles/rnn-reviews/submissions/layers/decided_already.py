# whole-file: The network rounds its own answer to 0 or 1 instead of giving a probability.
import keras
from keras import layers, ops


def build_model():
    return keras.Sequential([
        layers.Embedding(1000, 64),
        layers.SimpleRNN(30),
        layers.Dense(16, activation='relu'),
        layers.Dense(1, activation='sigmoid'),
        layers.Lambda(lambda p: ops.cast(p > 0.5, 'float32')),
    ])
