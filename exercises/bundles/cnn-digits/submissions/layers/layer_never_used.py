# whole-file: A layer is built and counted, but nothing goes through it.
import keras
from keras import layers


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = keras.Sequential([
            layers.Input((28, 28, 1)), layers.Conv2D(32, 5, activation='relu'), layers.Conv2D(64, 5, activation='relu'),
            layers.MaxPool2D(), layers.Flatten(), layers.Dense(128, activation='relu'),
        ])
        self.answer = layers.Dense(10, activation='softmax')
        self.spare = layers.Dense(64, activation='relu')
        self.spare.build((None, 128))

    def call(self, x):
        return self.answer(self.body(x))


def build_model():
    return Net()
