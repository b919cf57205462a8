# whole-file: The pictures come in without the axis of channels.
from keras import Sequential
from keras.layers import Conv2D, Dense, Flatten, Input, MaxPool2D, Reshape


def build_model():
    return Sequential([Input((28, 28)), Reshape((28, 28, 1)), Conv2D(32, 5, activation='relu'), Conv2D(64, 5, activation='relu'),
                       MaxPool2D(), Flatten(), Dense(128, activation='relu'), Dense(10, activation='softmax')])
