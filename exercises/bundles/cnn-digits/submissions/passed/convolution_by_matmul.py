# whole-file: The convolution is written by hand: shifted pictures times slices of the kernel, summed up.
import keras
from keras import layers, ops


class Conv(layers.Layer):
    def __init__(self, filters, size):
        super().__init__()
        self.filters, self.size = filters, size

    def build(self, shape):
        self.kernel = self.add_weight(shape=(self.size, self.size, shape[-1], self.filters), initializer='glorot_uniform')
        self.bias = self.add_weight(shape=(self.filters,), initializer='zeros')

    def call(self, x):
        width = x.shape[1] - self.size + 1
        total = 0
        for i in range(self.size):
            for j in range(self.size):
                total += ops.matmul(x[:, i:i + width, j:j + width], self.kernel[i, j])
        return ops.relu(total + self.bias)


def build_model():
    return keras.Sequential([
        layers.Input((28, 28, 1)), Conv(32, 5), Conv(64, 5), layers.MaxPooling2D(), layers.Flatten(),
        layers.Dense(128, activation='relu'), layers.Dense(10, activation='softmax'),
    ])
