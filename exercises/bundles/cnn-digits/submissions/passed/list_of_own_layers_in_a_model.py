# whole-file: A model that keeps its layers in a list and runs through them, with a training argument it does not use.
import keras
from keras import layers


class Chain(keras.Model):
    def __init__(self, parts):
        super().__init__()
        self.parts = parts

    def call(self, x, training=False, mask=None):
        for part in self.parts:
            x = part(x, training=training) if isinstance(part, layers.Dropout) else part(x)
        return x

    def get_config(self):
        return {'parts': len(self.parts)}


def build_model():
    conv = lambda n: layers.Conv2D(n, 5, activation='relu')
    chain = Chain([conv(32), conv(64), layers.MaxPooling2D(), layers.Flatten(), layers.Dropout(0.0),
                   layers.Dense(128, activation='relu'), layers.Dense(10, activation='softmax')])
    chain.build((None, 28, 28, 1))
    return chain
