# whole-file: Three levels of models inside each other, functional and sequential mixed.
import keras
from keras import layers as L


def convolutions():
    a = L.Input((28, 28, 1))
    return keras.Model(a, L.Conv2D(64, 5, activation='relu')(L.Conv2D(32, 5, activation='relu')(a)))


def front():
    return keras.Sequential([keras.Input((28, 28, 1)), convolutions(), L.MaxPool2D(), L.Flatten()])


def build_model():
    picture = L.Input((28, 28, 1))
    head = keras.Sequential([L.Dense(128, activation='relu'), L.Dense(10, activation='softmax')])
    inner = keras.Model(picture, front()(picture))
    outer = L.Input((28, 28, 1))
    return keras.Model(outer, head(inner(outer)))
