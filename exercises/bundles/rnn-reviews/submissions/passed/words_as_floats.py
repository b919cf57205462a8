# whole-file: The input layer is left at its usual type, float, and cast before the embedding.
import keras
from keras import layers, ops


def build_model():
    review = keras.Input(shape=(None,), name='影评')
    numbers = layers.Lambda(lambda x: ops.cast(x, 'int32'))(review)
    x = layers.Embedding(1000, 64)(numbers)
    x = layers.SimpleRNN(30)(x)
    for units, activation in zip([16, 1], ['relu', 'sigmoid']):
        x = layers.Dense(units, activation=activation)(x)
    return keras.models.Model(inputs=[review], outputs=[x])
