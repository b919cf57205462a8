# whole-file: A Dense layer written by hand with add_weight and tf.matmul, for both fully connected steps.
import keras
import tensorflow as tf
from keras.layers import Conv2D, Flatten, Input, MaxPooling2D
from keras.models import Sequential


class Linear(keras.layers.Layer):
    def __init__(self, units, function):
        super().__init__()
        self.units = units
        self.function = function

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer='glorot_uniform', trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer='zeros', trainable=True)

    def call(self, x):
        return self.function(tf.matmul(x, self.w) + self.b)


def build_model():
    return Sequential([
        Input((28, 28, 1)),
        Conv2D(32, (5, 5), activation='relu'),
        Conv2D(64, (5, 5), activation='relu'),
        MaxPooling2D((2, 2)),
        Flatten(),
        Linear(128, tf.nn.relu),
        Linear(10, tf.nn.softmax),
    ])
