# whole-file: Two custom blocks: one for the convolutions and the pooling, one for the fully connected layers.
import keras
from keras import layers


class Features(layers.Layer):
    def __init__(self, counts, **kwargs):
        super().__init__(**kwargs)
        self.convolutions = [layers.Conv2D(count, 5, activation='relu') for count in counts]
        self.pool = layers.MaxPooling2D()

    def call(self, x):
        for convolution in self.convolutions:
            x = convolution(x)
        return self.pool(x)


class Head(layers.Layer):
    def __init__(self, hidden, classes):
        super().__init__()
        # 属性的次序与使用的次序相反 (made in another order than they are used in)
        self.answer = layers.Dense(classes)
        self.hidden = layers.Dense(hidden)

    def call(self, x, training=None):
        x = keras.activations.relu(self.hidden(layers.Flatten()(x)))
        return keras.activations.softmax(self.answer(x))


def build_model():
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, Head(128, 10)(Features([32, 64])(inputs)))
