# whole-file: A hand-written layer drops numbers, but only while training.
import keras
from keras import layers


class Hidden(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(128, activation='relu')
        self.noise = keras.random.SeedGenerator(3)

    def call(self, x, training=False):
        x = self.dense(x)
        if training:
            x = keras.random.dropout(x, 0.3, seed=self.noise)
        return x


def build_model():
    return keras.Sequential([
        layers.Input((28, 28, 1)), layers.Conv2D(32, 5, activation='relu'), layers.Conv2D(64, 5, activation='relu'),
        layers.MaxPool2D(), layers.Flatten(), Hidden(), layers.Dense(10, activation='softmax'),
    ])
