# whole-file: A subclassed model whose activations, pooling and flattening are plain TensorFlow.
import tensorflow as tf
from tensorflow.keras import Model
from tensorflow.keras.layers import Conv2D, Dense


class Net(Model):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = Conv2D(32, 5)
        self.conv2 = Conv2D(64, 5)
        self.fc1 = Dense(128)
        self.fc2 = Dense(10)

    def call(self, x):
        x = tf.nn.relu(self.conv1(x))
        x = tf.nn.relu(self.conv2(x))
        x = tf.nn.max_pool2d(x, ksize=2, strides=2, padding='VALID')
        x = tf.reshape(x, [tf.shape(x)[0], 10 * 10 * 64])
        x = tf.nn.relu(self.fc1(x))
        return tf.nn.softmax(self.fc2(x))


def build_model():
    return Net()
