# whole-file: build_model is a functools.partial of a helper that chains layers with reduce.
from functools import partial, reduce

from keras import Input, Model, layers

STEPS = {
    'Conv2D': dict(filters=64, kernel_size=(5, 5), strides=(1, 1), dilation_rate=(1, 1), groups=1, activation='relu'),
    'MaxPooling2D': dict(pool_size=(2, 2), strides=None, padding='valid', data_format='channels_last'),
    'Flatten': {},
}


def chain(hidden, classes):
    picture = Input(shape=(28, 28, 1), dtype='float32', name='picture')
    steps = [layers.Conv2D(32, 5, activation='relu', dtype='float32')]
    steps += [getattr(layers, name)(**settings) for name, settings in STEPS.items()]
    steps += [layers.Dense(hidden, activation='relu'), layers.Dense(classes, activation='softmax')]
    return Model(picture, reduce(lambda x, layer: layer(x), steps, picture))


build_model = partial(chain, 128, classes=10)
