# whole-file: A hand-written layer answers rightly but adds a penalty to the loss behind its back.
import keras
from keras import layers, ops


class Answer(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 10), initializer='glorot_uniform')
        self.b = self.add_weight(shape=(10,), initializer='zeros')

    def call(self, x):
        self.add_loss(0.01 * ops.sum(ops.square(self.w)))
        return ops.softmax(ops.matmul(x, self.w) + self.b)


def build_model():
    return keras.Sequential([
        layers.Input((28, 28, 1)), layers.Conv2D(32, 5, activation='relu'), layers.Conv2D(64, 5, activation='relu'),
        layers.MaxPool2D(), layers.Flatten(), layers.Dense(128, activation='relu'), Answer(),
    ])
