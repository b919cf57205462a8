# whole-file: Every step is returned and the last one taken, which is what the layer does by itself.
import keras
from keras import layers


def build_model():
    words = keras.Input((None,), dtype='int32')
    steps = layers.SimpleRNN(30, return_sequences=True)(layers.Embedding(1000, 64)(words))
    x = layers.Dense(16, activation='relu')(steps[:, -1, :])
    return keras.Model(words, layers.Dense(1, activation='sigmoid')(x))
