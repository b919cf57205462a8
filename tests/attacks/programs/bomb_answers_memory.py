# Aim: build the right network and let its first real answer fill the memory. Safe: failed or raised or out_of_memory or timed_out.
import keras
import tensorflow as tf
from keras import layers

KEPT = []


class Greedy(layers.Layer):
    def call(self, inputs):
        while not isinstance(inputs, keras.KerasTensor) and tf.executing_eagerly():
            KEPT.append(tf.ones((1 << 26,)))
        return inputs


def build_model():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            Greedy(),
            layers.Conv2D(32, 5, activation="relu"),
            layers.Conv2D(64, 5, activation="relu"),
            layers.MaxPool2D(2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
