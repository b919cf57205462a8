# whole-file: The whole model computes with 64-bit numbers.
import keras
from keras import layers

keras.config.set_dtype_policy('float64')


def build_model():
    return keras.Sequential([
        layers.Embedding(1000, 64), layers.SimpleRNN(30), layers.Dense(16, 'relu'), layers.Dense(1, 'sigmoid'),
    ])
