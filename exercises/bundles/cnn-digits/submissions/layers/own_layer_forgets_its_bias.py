# whole-file: A hand-written Dense has a bias and never adds it; the parameters count right.
import keras
import tensorflow as tf
from keras import layers


class Linear(layers.Layer):
    def __init__(self, units, activation):
        super().__init__()
        self.units, self.activation = units, activation

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer='glorot_uniform')
        self.b = self.add_weight(shape=(self.units,), initializer='zeros')

    def call(self, x):
        return self.activation(tf.matmul(x, self.w))


def build_model():
    return keras.Sequential([
        layers.Input((28, 28, 1)), layers.Conv2D(32, 5, activation='relu'), layers.Conv2D(64, 5, activation='relu'),
        layers.MaxPool2D(), layers.Flatten(), Linear(128, tf.nn.relu), Linear(10, tf.nn.softmax),
    ])
