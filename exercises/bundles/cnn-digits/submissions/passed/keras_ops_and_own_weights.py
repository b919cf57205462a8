# whole-file: A custom model that creates every weight itself and computes with keras.ops only.
import keras
from keras import ops


class FromScratch(keras.Model):
    """所有的权重都自己建 (every weight is made here)."""

    def build(self, input_shape):
        self.k1 = self.add_weight(shape=(5, 5, 1, 32), initializer='glorot_uniform', name='k1')
        self.b1 = self.add_weight(shape=(32,), initializer='zeros', name='b1')
        self.k2 = self.add_weight(shape=(5, 5, 32, 64), initializer='glorot_uniform', name='k2')
        self.b2 = self.add_weight(shape=(64,), initializer='zeros', name='b2')
        self.w3 = self.add_weight(shape=(6400, 128), initializer='glorot_uniform', name='w3')
        self.b3 = self.add_weight(shape=(128,), initializer='zeros', name='b3')
        self.w4 = self.add_weight(shape=(128, 10), initializer='glorot_uniform', name='w4')
        self.b4 = self.add_weight(shape=(10,), initializer='zeros', name='b4')

    def call(self, x):
        x = ops.relu(ops.conv(x, self.k1, strides=1, padding='valid') + self.b1)
        x = ops.relu(ops.conv(x, self.k2, strides=1, padding='valid') + self.b2)
        x = ops.max_pool(x, pool_size=2, strides=2)
        x = ops.reshape(x, (-1, 6400))
        x = ops.relu(ops.matmul(x, self.w3) + self.b3)
        return ops.softmax(ops.matmul(x, self.w4) + self.b4)


def build_model():
    model = FromScratch()
    model.build((None, 28, 28, 1))
    return model
