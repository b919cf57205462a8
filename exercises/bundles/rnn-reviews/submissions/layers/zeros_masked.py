# whole-file: The embedding masks the word 0, so the recurrent layer skips it.
from keras.layers import Dense, Embedding, SimpleRNN
from keras.models import Sequential


def build_model():
    model = Sequential()
    model.add(Embedding(1000, 64, mask_zero=True))
    model.add(SimpleRNN(30))
    model.add(Dense(16, activation='relu'))
    model.add(Dense(1, activation='sigmoid'))
    return model
