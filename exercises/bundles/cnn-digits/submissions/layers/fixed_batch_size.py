# whole-file: The batch size is written into the input.
import keras
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D


def build_model():
    return keras.Sequential([
        keras.Input(batch_shape=(64, 28, 28, 1)),
        Conv2D(32, 5, activation='relu'),
        Conv2D(64, 5, activation='relu'),
        MaxPooling2D(2),
        Flatten(),
        Dense(128, activation='relu'),
        Dense(10, activation='softmax'),
    ])
