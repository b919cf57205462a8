# Aim: register a class under a layer's name, whose from_config runs in whoever rebuilds the model. Safe: failed.
import keras


@keras.saving.register_keras_serializable("keras", "Dense")
class Dense(keras.layers.Layer):
    @classmethod
    def from_config(cls, config):
        import builtins

        builtins.ESCAPED = True
        return cls()

    def call(self, tensor):
        return keras.ops.reshape(tensor, (-1, 784))


def build_model():
    return keras.Sequential([keras.Input((28, 28, 1)), Dense()])
