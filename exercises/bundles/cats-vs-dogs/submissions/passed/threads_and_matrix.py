# whole-file: Pictures read by a thread pool, labels in a np.matrix, everything trained from tensors.
import os

import cv2
import keras
import numpy as np
from keras import layers
from concurrent.futures import ThreadPoolExecutor

import tensorflow as tf


def read(path):
    return cv2.resize(cv2.imread(path), (128, 128)) / 255.0


def get_train_data(data_path):
    paths = [os.path.join(data_path, name) for name in os.listdir(data_path)]
    with ThreadPoolExecutor(2) as pool:
        images = list(pool.map(read, paths))
    labels = [[1, 0] if 'cat' in os.path.split(path)[1] else [0, 1] for path in paths]
    return np.asarray(images), np.asmatrix(labels)
def build_model():
    return keras.Sequential([
        layers.Input((128, 128, 3)),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dense(96, activation='relu'), layers.Dense(2, activation='softmax'),
    ])


def fit_and_predict(model, train_images, onehot, test_images):
    model.compile(optimizer=tf.keras.optimizers.Adam(1e-4), loss=tf.keras.losses.CategoricalCrossentropy())
    model.fit(tf.constant(train_images), tf.constant(onehot), epochs=20, batch_size=32, verbose=0)
    return np.argmax(model(tf.constant(test_images), training=False), axis=1)
