"""A run in a child that was kept ready is the same as one started from scratch, to the byte."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sandboxplaces import HOME, PAYLOADS, ROOT
from supervisors import WARM, Reply, Supervisor, place_code

from sandbox.environment import Environment, prepare

#: Everything about itself that a program can see and that one might depend on.
LOOK = """
import ctypes, gc, json, os, resource, signal, sys, tempfile, threading, warnings
limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith('RLIMIT_')}
for moving in ('RLIMIT_AS', 'RLIMIT_CPU'):
    limits.pop(moving)
mask = os.umask(0)
os.umask(mask)
json.dump({
    'environment': dict(sorted(os.environ.items())),
    'folder': os.getcwd(),
    'files': sorted(os.listdir('.')),
    'umask': mask,
    'garbage collector': [gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.get_freeze_count() > 0],
    'arguments': [sys.argv, sys.orig_argv],
    'descriptors': sorted(int(name) for name in os.listdir('/proc/self/fd')),
    'signals': {str(number): str(signal.getsignal(number)) for number in signal.valid_signals()},
    'blocked signals': [str(one) for one in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    'alarm': [signal.getitimer(which) for which in (0, 1, 2)],
    'threads': [threading.active_count(), threading.current_thread() is threading.main_thread()],
    'temporary': tempfile.gettempdir(),
    'path': sys.path,
    'modules': sorted(name for name in sys.modules if not name.startswith('_')),
    'flags': str(sys.flags),
    'recursion': sys.getrecursionlimit(),
    'hash': hash('a string'),
    'streams': [str(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
    'filters': [str(one) for one in warnings.filters],
    'limits': limits,
    'priority': [os.getpriority(os.PRIO_PROCESS, 0), sorted(os.sched_getaffinity(0))],
    'session': os.getsid(0) == os.getpid() == os.getpgrp(),
    'dumpable': ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
    'oom': open('/proc/self/oom_score_adj').read(),
    'capabilities': [line for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNew', 'Seccomp', 'Sig'))],
}, open('out/seen.json', 'w'))
"""


@pytest.fixture(scope="module")
def code() -> Iterator[Path]:
    """Place the code once."""
    yield (folder := place_code())
    shutil.rmtree(folder)


def look(code: Path, box: Path, *arguments: str) -> list[dict[str, Any]]:
    """Have a program look at itself: in one run, or with ``--keep`` in two, so that the second can be compared too."""
    with Supervisor(code, *arguments, box=box) as supervisor:
        runs = 2 if "--keep" in arguments else 1
        return [json.loads(supervisor.run(LOOK).artifacts["seen.json"]) for _ in range(runs)]


def test_nothing_tells_warm_from_cold(code: Path) -> None:
    """A program finds the same around itself from scratch, prepared ahead, and as the second of a kept supervisor."""
    box = Path("/tmp/beginend-test-same")  # noqa: S108 - the same place for all three
    shutil.rmtree(box, ignore_errors=True)
    (cold,) = look(code, box)
    (ahead,) = look(code, box, "--warm")
    first, second = look(code, box, *WARM)

    assert cold == ahead
    assert cold == first
    assert cold == second


@pytest.fixture(scope="module")
def environment() -> Environment:
    """Have the process sandbox's own environment, with TensorFlow."""
    return prepare(HOME, PAYLOADS)


@pytest.mark.process
def test_same_bytes(environment: Environment) -> None:
    """The real payload writes the same bytes about the same model cold, prepared ahead, warm, and warm once more."""
    arguments = {
        "function": "build_model",
        "input_shape": [28, 28, 1],
        "input_dtype": "float32",
        "weights": True,
        "compat": "keras2",
    }
    solution = (ROOT / "exercises" / "bundles" / "cnn-digits" / "solution.py").read_bytes()

    def captured(supervisor: Supervisor) -> Reply:
        supervisor.ready()
        supervisor.send("capture_model", arguments, {"student.py": solution})
        return supervisor.answer()

    seen = []
    for mode, runs in (((), 1), (("--warm",), 1), (WARM, 3)):
        python = str(environment.python)
        with Supervisor(environment.code, *mode, payload="grader_inside", python=python) as supervisor:
            seen += [captured(supervisor).artifacts for _ in range(runs)]

    assert "model.json" in seen[0]
    assert [True] * 5 == [artifacts == seen[0] for artifacts in seen]
