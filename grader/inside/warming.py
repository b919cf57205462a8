"""Make a process ready for its one job: imports before the fork, first executions after it."""

import gc

from .describe import ModelReader, weight_values


def preload() -> None:
    """Import everything a run may need; executes no operation, so forking afterwards is safe.

    The parent of all later runs calls it, or each run by itself where there is no such parent. It leaves one thread.
    """
    collecting = gc.isenabled()
    gc.disable()  # nothing that an import makes is garbage; looking for some takes a fifth of the time
    try:
        _import_all()
    finally:
        if collecting:
            gc.enable()


def _import_all() -> None:
    """Import the libraries, and what every run would otherwise import in its middle."""
    import encodings.ascii
    import encodings.utf_8_sig  # noqa: F401

    import cv2
    import keras  # noqa: F401  (brings h5py, inspect and most of the rest)
    import numpy.random  # noqa: F401
    import tensorflow as tf  # noqa: F401

    # A child forked after OpenCV has used its thread pool hangs, so it never gets one.
    cv2.setNumThreads(0)


def warm() -> None:
    """Build and describe a first small model, so that the next one takes half the time.

    Only for a process that never forks again: it starts TensorFlow's threads. Nothing that a job can see is left but
    the time it saves: the names of later layers count from the beginning, seeds are set when the job begins (which
    also empties TensorFlow's cache of kernels), and no kernel used here depends on op determinism.
    """
    import keras

    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(2, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    reader = ModelReader()
    reader.read(model, (8, 8, 1), "float32")
    weight_values(reader.variables)
    del model, reader
    keras.utils.clear_session(free_memory=False)
