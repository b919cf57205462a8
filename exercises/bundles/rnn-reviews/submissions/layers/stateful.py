# whole-file: A stateful recurrent layer, which carries its memory over to the next reviews.
from keras import Input, layers, models


def build_model():
    return models.Sequential([
        Input(batch_shape=(32, 40), dtype='int32'),
        layers.Embedding(1000, 64),
        layers.SimpleRNN(30, stateful=True),
        layers.Dense(16, activation='relu'),
        layers.Dense(1, activation='sigmoid'),
    ])
