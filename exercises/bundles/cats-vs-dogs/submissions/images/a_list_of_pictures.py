# whole-file: The pictures come back as a list, not as one array.
import os

import cv2
import keras
import numpy as np
from keras import layers


def get_train_data(data_path):
    images, labels = [], []
    for name in os.listdir(data_path):
        images.append(cv2.resize(cv2.imread(os.path.join(data_path, name)), (128, 128)) / 255.0)
        labels.append([1, 0] if 'cat' in name else [0, 1])
    return images, np.array(labels)
def build_model():
    return keras.Sequential([
        layers.Input((128, 128, 3)),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dense(96, activation='relu'), layers.Dense(2, activation='softmax'),
    ])
def fit_and_predict(model, train_images, onehot, test_images):
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-4), loss='categorical_crossentropy')
    model.fit(train_images, onehot, epochs=20, batch_size=32, verbose=0)
    return np.argmax(model.predict(test_images, verbose=0), axis=1)
