# whole-file: The embedding is made for 10,000 words.
from keras import layers, models


def build_model():
    model = models.Sequential()
    model.add(layers.Embedding(10000, 64))
    model.add(layers.SimpleRNN(30))
    model.add(layers.Dense(16, activation='relu'))
    model.add(layers.Dense(1, activation='sigmoid'))
    return model
