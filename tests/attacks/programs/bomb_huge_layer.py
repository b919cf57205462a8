# Aim: build a layer of a billion units. Safe: raised or out_of_memory or timed_out.
# Judged with: seconds 3.
import keras


def build_model():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10**9)])
