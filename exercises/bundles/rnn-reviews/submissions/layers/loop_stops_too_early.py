# whole-file: A loop of the student's own that never reads the last word.
import keras
from keras import layers, ops


class Memory(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 30), initializer='glorot_uniform')
        self.u = self.add_weight(shape=(30, 30), initializer='orthogonal')
        self.b = self.add_weight(shape=(30,), initializer='zeros')

    def call(self, x):
        h = ops.zeros((ops.shape(x)[0], 30))
        for t in range(x.shape[1] - 1):
            h = ops.tanh(ops.matmul(x[:, t], self.w) + ops.matmul(h, self.u) + self.b)
        return h


def build_model():
    review = keras.Input(shape=(40,), dtype='int32')
    x = Memory()(layers.Embedding(1000, 64)(review))
    x = layers.Dense(16, activation='relu')(x)
    return keras.Model(review, layers.Dense(1, activation='sigmoid')(x))
