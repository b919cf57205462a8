# whole-file: The same network as a model class of its own.
import keras
from keras import layers


class Reader(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Conv2D(32, 5, activation='relu')
        self.second = layers.Conv2D(64, 5, activation='relu')
        self.pool = layers.MaxPooling2D(2)
        self.flat = layers.Flatten()
        self.hidden = layers.Dense(128, activation='relu')
        self.answer = layers.Dense(10, activation='softmax')

    def call(self, images):
        features = self.pool(self.second(self.first(images)))
        return self.answer(self.hidden(self.flat(features)))


def build_model():
    return Reader()
