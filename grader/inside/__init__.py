"""What the sandbox loads to run and describe a student's Keras code: the package ``grader_inside`` of the image.

Two kinds of entries stand in :data:`ENTRIES`. Those called ``capture_*`` and ``real_run`` call student code in a slot
and write down what came of it: claims, judged outside. Those called ``judge_*`` never see student code; they turn
claims into numbers: rebuilt models, replayed training, predictions on hidden inputs.

Each entry takes the arguments of its run (a JSON object), finds the run's files in the current folder and writes flat
``.json`` and ``.npy`` files into ``out/``. Nothing here imports keras when it is imported itself: the process that
forks may import TensorFlow through :func:`preload`, but must never execute an operation.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .capture_folder import capture_folder
from .capture_model import capture_model
from .capture_training import capture_training
from .judge_behaviour import judge_behaviour
from .judge_references import judge_references
from .judge_replay import judge_replay
from .judge_train import judge_train
from .real_run import real_run
from .telling import listen
from .warming import preload, warm

__all__ = ["ENTRIES", "listen", "preload", "warm"]

Entry = Callable[[Mapping[str, Any]], None]

ENTRIES: dict[str, Entry] = {
    "capture_model": capture_model,
    "capture_folder": capture_folder,
    "capture_training": capture_training,
    "real_run": real_run,
    "judge_behaviour": judge_behaviour,
    "judge_references": judge_references,
    "judge_replay": judge_replay,
    "judge_train": judge_train,
}
