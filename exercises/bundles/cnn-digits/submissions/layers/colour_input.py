# whole-file: The input has three channels.
import keras
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D


def build_model():
    model = keras.Sequential()
    model.add(Conv2D(32, (5, 5), activation='relu', input_shape=(28, 28, 3)))
    model.add(Conv2D(64, (5, 5), activation='relu'))
    model.add(MaxPooling2D((2, 2)))
    model.add(Flatten())
    model.add(Dense(128, activation='relu'))
    model.add(Dense(10, activation='softmax'))
    return model
