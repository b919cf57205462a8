"""The environment variables of a child: what the platform pinned, and a home."""

import os
import tempfile
from pathlib import Path

#: Pinned by the outside before the interpreter started; everything else that it saw is withheld from the child.
PINNED = (
    "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
    "TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA", "TF_CPP_MIN_LOG_LEVEL", "PYTHONHASHSEED", "KERAS_BACKEND",
    "CUDA_VISIBLE_DEVICES",
)  # fmt: skip


def settle_environment(home: Path) -> None:
    """Replace this process's environment; ``home`` takes the part of every folder a library may want to write to."""
    kept = {name: os.environ[name] for name in PINNED if name in os.environ}
    here = str(home)
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update(
        HOME=here, TMPDIR=here, KERAS_HOME=here, MPLCONFIGDIR=here, PATH="/usr/bin:/bin", LANG="C.UTF-8", TERM="dumb"
    )
    tempfile.tempdir = None  # forget what the parent chose


def pinned_threads() -> int:
    """Tell how many threads a computation may use here."""
    return max(1, int(os.environ.get("TF_NUM_INTRAOP_THREADS", "1")))
