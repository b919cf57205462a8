# whole-file: A subclassed model whose pooling, relu and flattening are plain TensorFlow.
import os

import cv2
import keras
import numpy as np
from keras import layers
import tensorflow as tf
def get_train_data(data_path):
    names = sorted(os.listdir(data_path))
    images = [cv2.resize(cv2.imread(os.path.join(data_path, name)), (128, 128)) / 255.0 for name in names]
    return np.array(images, 'float32'), np.eye(2)[[0 if 'cat' in name else 1 for name in names]]


class CatDogNet(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(32, 3)
        self.c2 = layers.Conv2D(32, 3)
        self.d1 = layers.Dense(96)
        self.d2 = layers.Dense(2)

    def call(self, x):
        x = tf.nn.max_pool2d(tf.nn.relu(self.c1(x)), 2, 2, 'VALID')
        x = tf.nn.relu(tf.nn.max_pool2d(self.c2(x), 2, 2, 'VALID'))
        x = tf.reshape(x, (-1, 30 * 30 * 32))
        return tf.nn.softmax(self.d2(tf.nn.relu(self.d1(x))))


def build_model():
    net = CatDogNet()
    net(np.zeros((1, 128, 128, 3), 'float32'))
    return net
def fit_and_predict(model, train_images, onehot, test_images):
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-4), loss='categorical_crossentropy')
    model.fit(train_images, onehot, epochs=20, batch_size=32, verbose=0)
    return np.argmax(model.predict(test_images, verbose=0), axis=1)
