# whole-file: A PyDataset that serves shuffled batches, os.walk for the files, bool labels.
import os

import cv2
import keras
import numpy as np
from keras import layers


class Batches(keras.utils.PyDataset):
    def __init__(self, images, labels, size=32, **kwargs):
        super().__init__(**kwargs)
        self.images, self.labels, self.size = images, labels, size
        self.on_epoch_end()

    def on_epoch_end(self):
        self.order = np.random.permutation(len(self.images))

    def __len__(self):
        return int(np.ceil(len(self.images) / self.size))

    def __getitem__(self, index):
        rows = self.order[index * self.size:(index + 1) * self.size]
        return self.images[rows], self.labels[rows]


def get_train_data(data_path):
    pictures, labels = [], []
    for root, _, names in os.walk(data_path):
        for name in names:
            pictures.append(cv2.resize(cv2.imread(os.path.join(root, name)), (128, 128)))
            labels.append(['cat' in name, 'cat' not in name])
    return [np.asarray(pictures, dtype=np.float32) / 255, np.array(labels)]
def build_model():
    return keras.Sequential([
        layers.Input((128, 128, 3)),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation='relu'), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dense(96, activation='relu'), layers.Dense(2, activation='softmax'),
    ])


def fit_and_predict(model, train_images, onehot, test_images):
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.0001), loss='categorical_crossentropy')
    model.fit(Batches(train_images, onehot), epochs=20, verbose=0)
    scores = model.predict(test_images, verbose=0)
    return (scores[:, 1] > scores[:, 0]).astype(int)
