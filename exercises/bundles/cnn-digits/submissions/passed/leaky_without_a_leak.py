# whole-file: LeakyReLU with slope 0 and ReLU without limits, which are the plain relu.
import keras
from keras.layers import Conv2D, Dense, Flatten, Input, LeakyReLU, MaxPooling2D, ReLU


def build_model():
    return keras.Sequential([
        Input((28, 28, 1)),
        Conv2D(32, 5),
        LeakyReLU(negative_slope=0.0),
        Conv2D(64, 5, activation=ReLU(max_value=None)),
        MaxPooling2D(),
        Flatten(),
        Dense(128),
        LeakyReLU(0.0),
        Dense(10, activation='softmax'),
    ])
