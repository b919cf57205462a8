# whole-file: Everything written anew: an array made beforehand, a Sequential from a list, batches trained one by one.
import os

import cv2
import keras
import numpy as np
from keras import layers


def get_train_data(data_path):
    names = os.listdir(data_path)
    images = np.empty((len(names), 128, 128, 3), np.float32)
    for row, name in enumerate(names):
        images[row] = cv2.resize(cv2.imread(os.path.join(data_path, name)), (128, 128)) / 255.0
    is_dog = np.array([0 if 'cat' in name else 1 for name in names])
    return images, np.eye(2)[is_dog]
def build_model():
    return keras.Sequential([
        layers.Input((128, 128, 3)),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dense(96, activation='relu'), layers.Dense(2, activation='softmax'),
    ])


def fit_and_predict(model, train_images, onehot, test_images):
    model.compile(optimizer=keras.optimizers.Adam(1e-4), loss='categorical_crossentropy')
    rng = np.random.default_rng(1447)
    for _ in range(20):
        order = rng.permutation(len(train_images))
        for start in range(0, len(order), 32):
            rows = order[start:start + 32]
            model.train_on_batch(train_images[rows], onehot[rows])
    return model.predict(test_images, verbose=0).argmax(axis=-1)
