# Aim: build a network of hundreds of layers, made to be compared for as long as possible. Safe: failed or timed_out.
# Judged with: seconds 20.
import keras


def build_model():
    pools = [keras.layers.MaxPool2D(1) for _ in range(149)]
    words = [keras.layers.Activation(("sigmoid", "tanh")[number % 2]) for number in range(149)]
    return keras.Sequential([keras.Input((28, 28, 1)), *pools, *words])
