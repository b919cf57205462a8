# whole-file: The embedding gives 32 numbers per word instead of 64.
from keras.layers import Dense, Embedding, SimpleRNN
from keras.models import Sequential


def build_model():
    return Sequential([Embedding(1000, 32), SimpleRNN(30), Dense(16, 'relu'), Dense(1, 'sigmoid')])
