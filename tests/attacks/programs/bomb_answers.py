# Aim: build the right network and let its first real answer take for ever. Safe: timed_out or failed.
import time

import keras
import tensorflow as tf
from keras import layers


class Slow(layers.Layer):
    def call(self, inputs):
        if not isinstance(inputs, keras.KerasTensor) and tf.executing_eagerly():
            time.sleep(3600)
        return inputs


def build_model():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            Slow(),
            layers.Conv2D(32, 5, activation="relu"),
            layers.Conv2D(64, 5, activation="relu"),
            layers.MaxPool2D(2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
