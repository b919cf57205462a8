# Aim: leave other global settings of Keras, TensorFlow and numpy to the next student. Safe: failed.
import random

import keras
import numpy as np
import tensorflow as tf

keras.config.set_floatx("float16")
keras.config.set_epsilon(0.5)
keras.config.set_image_data_format("channels_first")
keras.mixed_precision.set_global_policy("mixed_float16")
keras.config.enable_unsafe_deserialization()
keras.utils.set_random_seed(666)
tf.config.run_functions_eagerly(True)
np.seterr(all="raise")
np.random.seed(0)
random.seed(0)


def build_model():
    return None
