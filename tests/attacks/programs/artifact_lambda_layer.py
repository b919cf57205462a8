# Aim: bring code of one's own to the judge inside a model. Safe: failed.
import keras


def smuggled(tensor):
    import builtins

    builtins.ESCAPED = True
    return keras.ops.reshape(tensor, (-1, 784))


def build_model():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Lambda(smuggled), keras.layers.Dense(10, activation="softmax")])
