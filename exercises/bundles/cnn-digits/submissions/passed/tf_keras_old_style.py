# whole-file: Everything through tf.keras and input_shape= in the first layer, as old tutorials write it.
import tensorflow as tf
import numpy as np

np.random.seed(1447)
tf.random.set_seed(1447)


def build_model():
    model = tf.keras.models.Sequential()
    model.add(tf.keras.layers.Conv2D(32, (5, 5), activation=tf.nn.relu, input_shape=[28, 28, 1]))
    model.add(tf.keras.layers.Convolution2D(64, (5, 5), activation=tf.nn.relu))
    model.add(tf.keras.layers.MaxPool2D(pool_size=(2, 2)))
    model.add(tf.keras.layers.Flatten())
    model.add(tf.keras.layers.Dense(128, activation=tf.nn.relu))
    model.add(tf.keras.layers.Dense(10, activation=tf.nn.softmax))
    return model
