# whole-file: The class itself is returned, not a model made of it.
import keras
from keras import layers


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.answer = layers.Dense(10, activation='softmax')

    def call(self, x):
        return self.answer(x)


def build_model():
    return Net
