# whole-file: A hand-written layer drops words, but only while training.
import keras
from keras import layers


class WordDropout(layers.Layer):
    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(1447)

    def call(self, x, training=False):
        if not training:
            return x
        return keras.random.dropout(x, 0.3, seed=self.seeds)


def build_model():
    return keras.Sequential([
        layers.Embedding(1000, 64), WordDropout(), layers.SimpleRNN(30), layers.Dense(16, 'relu'),
        layers.Dense(1, 'sigmoid'),
    ])
