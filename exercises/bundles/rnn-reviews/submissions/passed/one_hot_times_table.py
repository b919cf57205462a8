# whole-file: The embedding as a one-hot row times a table of weights.
import keras
from keras import layers, ops


class Words(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=(1000, 64), initializer='uniform')

    def call(self, review):
        return ops.matmul(ops.one_hot(review, 1000), self.table)


def build_model():
    model = keras.Sequential([Words(), layers.SimpleRNN(30), layers.Dense(16, 'relu'), layers.Dense(1, 'sigmoid')])
    model.build((None, 40))
    return model
