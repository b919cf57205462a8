# whole-file: The recurrent layer also returns its state, and the state goes on: it equals the last output.
from keras import Input, Model, layers


def build_model():
    words = Input(shape=(None,), dtype='int64')
    output, state = layers.SimpleRNN(30, return_state=True)(layers.Embedding(1000, 64)(words))
    x = layers.Dense(16, activation='relu')(state)
    return Model(words, layers.Dense(1, activation='sigmoid')(x))
