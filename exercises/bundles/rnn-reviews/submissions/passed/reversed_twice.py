# whole-file: The review is turned round and read backwards, which is forwards again.
import keras
from keras import layers, ops


def build_model():
    words = keras.Input((None,), dtype='int32')
    x = layers.Embedding(1000, 64)(ops.flip(words, axis=1))
    x = layers.SimpleRNN(30, go_backwards=True)(x)
    x = layers.Dense(16, activation='relu')(x)
    return keras.Model(words, layers.Dense(1, activation='sigmoid')(x))
