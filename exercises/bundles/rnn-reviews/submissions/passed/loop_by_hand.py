# whole-file: The recurrence written out as a Python loop over 40 words, with weights of its own.
import keras
from keras import layers, ops


class Memory(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 30), initializer='glorot_uniform')
        self.u = self.add_weight(shape=(30, 30), initializer='orthogonal')
        self.b = self.add_weight(shape=(30,), initializer='zeros')

    def call(self, x):
        # h_t = tanh(W x_t + U h_(t-1) + b)
        h = ops.zeros((ops.shape(x)[0], 30))
        for t in range(x.shape[1]):
            h = ops.tanh(x[:, t] @ self.w + h @ self.u + self.b)
        return h


def build_model():
    review = keras.Input(shape=(40,), dtype='int32')
    x = Memory()(layers.Embedding(1000, 64)(review))
    x = layers.Dense(16, activation='relu')(x)
    return keras.Model(review, layers.Dense(1, activation='sigmoid')(x))
