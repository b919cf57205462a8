"""The environment variables that hold a run to its pins; set before the interpreter starts."""

from sandbox.contract import Pins

#: oneDNN picks its kernels by the processor; capped here, machines with and without AVX-512 run the same ones.
ONEDNN_CEILING = "AVX2"


def environment_of(pins: Pins) -> dict[str, str]:
    """Name every variable that must be in place before Python and TensorFlow start.

    The seed and op determinism are no variables: they reach the payload in its arguments, under ``pins``.
    """
    threads = str(pins.threads)
    return {
        "TF_NUM_INTRAOP_THREADS": threads,
        "TF_NUM_INTEROP_THREADS": threads,
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": "1",  # its threads start at import, and nothing may run beside the child's one thread
        "TF_ENABLE_ONEDNN_OPTS": "1" if pins.onednn else "0",
        "ONEDNN_MAX_CPU_ISA": ONEDNN_CEILING,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONHASHSEED": str(pins.hash_seed),
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # a quarter fewer page faults
    }
