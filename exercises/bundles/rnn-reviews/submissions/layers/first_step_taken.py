# whole-file: Of all steps the first is taken, so only one word is ever read.
import keras
from keras import layers


def build_model():
    words = keras.Input((None,), dtype='int32')
    steps = layers.SimpleRNN(30, return_sequences=True)(layers.Embedding(1000, 64)(words))
    x = layers.Dense(16, activation='relu')(steps[:, 0])
    return keras.Model(words, layers.Dense(1, activation='sigmoid')(x))
