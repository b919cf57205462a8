# whole-file: The function is called create_model, so there is no build_model.
from keras import Sequential, layers


def create_model():
    return Sequential([
        layers.Input((28, 28, 1)), layers.Conv2D(32, 5, activation='relu'), layers.Conv2D(64, 5, activation='relu'),
        layers.MaxPool2D(), layers.Flatten(), layers.Dense(128, activation='relu'),
        layers.Dense(10, activation='softmax'),
    ])
