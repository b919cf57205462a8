"""Make a process ready for its one job: imports before the fork, first executions after it."""

import gc

from .activations import describe_activation
from .describe import weight_values


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
    _run_operations_as_they_are()


def _run_operations_as_they_are() -> None:
    """Have each operation outside a ``tf.function`` run by itself, not wrapped into a function of its own first.

    TensorFlow compiles such a function when an operation is first met, with every pass over its graph, which costs
    milliseconds for each kind of operation: two thirds of warming and a third of a structure check. What a
    ``tf.function`` computes, and so every training, stays the same to the bit. There is no public switch; where a later
    TensorFlow lacks this one, nothing is lost but the time.
    """
    from tensorflow.python import pywrap_tfe

    name = "TFE_ContextOptionsSetRunEagerOpAsFunction"
    switch = getattr(pywrap_tfe, name, None)
    if switch is not None:
        as_function = False
        setattr(pywrap_tfe, name, lambda options, _: switch(options, as_function))


def warm() -> None:
    """Execute a few first operations, of which each would take its time where a student waits for it.

    A first layer brings up TensorFlow's device and threads and the operations that every initializer uses; activations
    are those that a description tries out. A whole model would save a little more of a run, but would cost more than
    it saves, which counts where one run follows the other.

    Only for a process that never forks again. Nothing that a job can see is left but the time it saves: the names of
    later layers count from the beginning, seeds are set when the job begins (which also empties TensorFlow's cache of
    kernels), and no kernel used here depends on op determinism.
    """
    import keras

    layer = keras.layers.Dense(2)
    layer.build((None, 4))
    weight_values(layer.weights)
    for function in (keras.activations.relu, keras.activations.softmax):
        describe_activation(function)
    del layer
    keras.utils.clear_session(free_memory=False)
