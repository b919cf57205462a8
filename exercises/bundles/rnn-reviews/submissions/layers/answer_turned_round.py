# whole-file: The model answers 1 minus the probability that was asked for.
import keras
from keras import layers, ops


def build_model():
    words = keras.Input((None,), dtype='int32')
    x = layers.SimpleRNN(30)(layers.Embedding(1000, 64)(words))
    x = layers.Dense(1, activation='sigmoid')(layers.Dense(16, activation='relu')(x))
    return keras.Model(words, 1 - x)
