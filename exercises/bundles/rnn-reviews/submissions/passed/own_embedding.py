# whole-file: The embedding is a table of the student's own that is looked into with TensorFlow.
import keras
import tensorflow as tf
from keras import layers


class Words(layers.Layer):
    def __init__(self, count, size):
        super().__init__()
        self.table = self.add_weight(shape=(count, size), initializer='uniform', name='table')

    def call(self, review):
        return tf.gather(self.table, tf.cast(review, tf.int32))


def build_model():
    model = keras.Sequential()
    model.add(keras.Input((None,), dtype='int32'))
    model.add(Words(1000, 64))
    model.add(layers.SimpleRNN(30))
    model.add(layers.Dense(16, activation='relu'))
    model.add(layers.Dense(1, activation='sigmoid'))
    return model
