# whole-file: One convolution is used twice on its own output.
import keras
from keras import layers


def build_model():
    picture = keras.Input((28, 28, 1))
    x = layers.Conv2D(32, 5, activation='relu')(picture)
    second = layers.Conv2D(32, 5, activation='relu')
    x = second(second(x))
    x = layers.Flatten()(layers.MaxPooling2D()(x))
    x = layers.Dense(128, activation='relu')(x)
    return keras.Model(picture, layers.Dense(10, activation='softmax')(x))
