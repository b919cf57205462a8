"""Tell long steps: a moving bar with the time so far where somebody watches, a line each where nobody does."""

import threading
import time
from contextlib import AbstractContextManager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

#: Seconds below which a finished step says nothing of its time.
NOT_LONG = 1.0


class Steps(AbstractContextManager["Steps"]):
    """Called with the sentence of each step as it begins; a step ends when the next begins, or with the block.

    May be called from any thread. What is printed to the same console meanwhile appears above the bar.
    """

    def __init__(self, console: Console) -> None:
        """Tell the steps on ``console``."""
        self._console = console
        self._lock = threading.RLock()
        self._progress: Progress | None = None
        self._sentence = ""
        self._since = 0.0

    def __call__(self, sentence: str) -> None:
        """Begin a step."""
        with self._lock:
            self.end()
            if not self._console.is_terminal:
                self._console.print(f"· {sentence}", markup=False, highlight=False)
                return
            self._sentence, self._since = sentence, time.monotonic()
            self._progress = Progress(
                SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(24), TimeElapsedColumn(),
                console=self._console, transient=True,
            )  # fmt: skip
            self._progress.add_task(sentence, total=None)
            self._progress.start()

    def end(self) -> None:
        """End the step that runs, if one does."""
        with self._lock:
            if self._progress is None:
                return
            self._progress.stop()
            self._progress = None
            took = time.monotonic() - self._since
            duration = f"  {took:.0f} s" if took > NOT_LONG else ""
            self._console.print(f"[dim]·[/] {self._sentence}[dim]{duration}[/]", highlight=False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the last step."""
        self.end()
