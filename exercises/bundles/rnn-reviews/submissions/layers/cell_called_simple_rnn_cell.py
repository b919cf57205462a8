# whole-file: A cell of the student's own bears Keras' name and uses relu inside.
import keras
from keras import layers, ops


class SimpleRNNCell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size = units

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.state_size), initializer='glorot_uniform')
        self.recurrent_kernel = self.add_weight(shape=(self.state_size,) * 2, initializer='orthogonal')
        self.bias = self.add_weight(shape=(self.state_size,), initializer='zeros')

    def call(self, word, states):
        memory = ops.relu(ops.matmul(word, self.kernel) + ops.matmul(states[0], self.recurrent_kernel) + self.bias)
        return memory, [memory]


def build_model():
    return keras.Sequential([
        layers.Embedding(1000, 64), layers.RNN(SimpleRNNCell(30)), layers.Dense(16, 'relu'), layers.Dense(1, 'sigmoid'),
    ])
