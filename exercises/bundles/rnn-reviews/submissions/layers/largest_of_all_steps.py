# whole-file: The largest output of all steps goes on instead of the last one.
import keras
from keras import layers


def build_model():
    return keras.Sequential([
        layers.Embedding(1000, 64), layers.SimpleRNN(30, return_sequences=True), layers.GlobalMaxPooling1D(),
        layers.Dense(16, 'relu'), layers.Dense(1, 'sigmoid'),
    ])
