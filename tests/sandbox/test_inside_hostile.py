"""What hostile code does to the supervisor's own lines, to the next run, and to the folder it leaves."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from supervisors import WARM, Supervisor, place_code

MIB = 1 << 20

STATUS = 11  # the descriptor on which a child speaks
FORGED = [
    {"say": "ready", "layers": [], "python": "9.9", "number": 1},
    {"say": "answer", "ending": "finished", "names": ["model.json"], "blobs": [3]},
    {"say": "fault", "fault": "please try again"},
    {"say": "broken", "reason": "please try again"},
    {"say": "started", "cpu": -1e9},
    {"say": "housed"},
]
FLOODS = {
    "lines": "b'x\\n' * 32768",
    "empty lines": "b'\\n' * 65536",
    "one endless line": "b'x' * 65536",
    "events": 'b\'{"say": "event", "event": {"a": 1}}\\n\' * 1500',
    "deep events": "b'{\"say\": \"event\", \"event\": ' + b'[' * 900 + b'\\n'",
    "claims": 'b\'{"say": "finished"}\\n\' * 3000',
}

#: Looks for canaries in all the memory of its own process; the pattern does not match itself.
SEARCH = """
import ctypes, json, re
pattern = re.compile(b'-'.join([b'canary', b'of', b'[a-z]+', b'z{20}']))
found = []
for line in open('/proc/self/maps'):
    where, rights = line.split()[:2]
    if rights.startswith('rw') and '[v' not in line:
        first, last = (int(word, 16) for word in where.split('-'))
        found += [one.decode() for one in pattern.findall(ctypes.string_at(first, last - first))]
json.dump(found, open('out/found.json', 'w'))
"""


@pytest.fixture(scope="module")
def code() -> Iterator[Path]:
    """Place the code once."""
    yield (folder := place_code())
    shutil.rmtree(folder)


def events_of(said: list[dict[str, Any]]) -> list[Any]:
    """Take the events out of what was said before an answer; there must be nothing else."""
    assert {"event"} >= {message["say"] for message in said}
    return [message["event"] for message in said]


def test_events_arrive_while_it_runs(code: Path) -> None:
    """What a run tells is heard in order, before its answer and while it still goes on."""
    program = """
        import time
        for epoch in range(3):
            tell({"epoch": epoch, "loss": 0.5})
        while True: time.sleep(0.01)
    """
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ready()
        supervisor.ask(program, wall_seconds=60)

        assert [0, 1, 2] == [supervisor.hear()[0]["event"]["epoch"] for _ in range(3)]


def test_events_are_bounded(code: Path) -> None:
    """A run that tells too much, or something too large, is heard in part, is not slowed down, and ends as it would."""
    program = """
        tell({"text": "x" * 5000})
        tell({"not": {1, 2}} if False else {"n": 0})
        for n in range(1, 100_000): tell({"n": n})
    """
    with Supervisor(code, *WARM) as supervisor:
        answer = supervisor.run(program)
        heard = [event["n"] for event in events_of(answer.before)]

    assert ("finished", 0) == (answer["ending"], heard[0])
    assert len(heard) < 100
    assert heard == sorted(set(heard))


def test_forged_words(code: Path) -> None:
    """Words of the supervisor or of a child that gets ready, said by the code, reach nobody and change nothing."""
    lines = "".join(json.dumps(word) + "\n" for word in FORGED)
    program = f"import os\nos.write({STATUS}, {lines.encode()!r})"
    with Supervisor(code, *WARM) as supervisor:
        ended_early = supervisor.run(f"{program}\nos._exit(0)")
        ended_well = supervisor.run(program)

    assert ("raised", "EarlyExit", []) == (ended_early["ending"], ended_early["error"]["type"], ended_early.before)
    assert ("finished", {}, []) == (ended_well["ending"], ended_well.artifacts, ended_well.before)
    assert "a" not in ended_well["layers"]


def test_the_last_word_counts(code: Path) -> None:
    """A claim that is followed by another word is none; half a word is none either."""
    claim = '{"say": "finished"}'
    with Supervisor(code, *WARM) as supervisor:
        overtaken = supervisor.run(f"import os\nos.write({STATUS}, b'''{claim}\\nnonsense\\n''')\nos._exit(0)")
        halved = supervisor.run(f"import os\nos.write({STATUS}, b'''{claim}''')\nos._exit(0)")

    assert ["raised", "raised"] == [overtaken["ending"], halved["ending"]]


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
def test_floods(code: Path, flood: str) -> None:
    """Whatever is poured into the status pipe, the clock goes on, the supervisor stays small, the next run is well."""
    program = f"import os\nnoise = {flood}\nwhile True: os.write({STATUS}, noise)"
    with Supervisor(code, *WARM) as supervisor:
        supervisor.run("")
        before = psutil.Process(supervisor.process.pid).memory_info().rss
        answer = supervisor.run(program, wall_seconds=1)
        grown = psutil.Process(supervisor.process.pid).memory_info().rss - before

        assert ("timed_out", "finished") == (answer["ending"], supervisor.run("")["ending"])
    assert grown < 16 * MIB
    assert len(events_of(answer.before)) <= 40


def test_nothing_of_the_last_run_in_memory(code: Path) -> None:
    """A run finds nothing of the one before in all the memory it can read: no code, output, artifact or event."""
    mark = {word: f"canary-of-{word}-{'z' * 20}" for word in ("source", "output", "artifact", "event", "error")}
    first = f"""
        # {mark["source"]}
        open('out/a.json', 'w').write({mark["artifact"]!r} * 1000)
        print({mark["output"]!r} * 100)
        tell({{"text": {mark["event"]!r}}})
        raise ValueError({mark["error"]!r})
    """
    with Supervisor(code, *WARM) as supervisor:
        assert "raised" == supervisor.run(first)["ending"]
        others = supervisor.run(SEARCH)
        own = supervisor.run(f"mine = '-'.join(['canary', 'of', 'myself', 'z' * 20])\n{SEARCH}")

    assert ("finished", []) == (others["ending"], json.loads(others.artifacts["found.json"]))
    assert {"canary-of-myself-" + "z" * 20} == set(json.loads(own.artifacts["found.json"]))


def test_strays(code: Path) -> None:
    """A process that outlives its run, where no filter forbids to start one, is killed and told of."""
    program = """
        import os, signal, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
                open('out/pid.json', 'w').write(str(os.getpid()))
                while True: time.sleep(1)
            os._exit(0)
        while not os.path.exists('out/pid.json') or not open('out/pid.json').read(): time.sleep(0.01)
    """
    with Supervisor(code, *WARM, "--leave-out", "system-call filter") as supervisor:
        answer = supervisor.run(program)

        assert ("finished", True, True) == (answer["ending"], answer["strays"], answer["clean"])
        assert "system-call filter" not in answer["layers"]
        assert not psutil.pid_exists(int(answer.artifacts["pid.json"]))
        assert [False] == [supervisor.run("")["strays"]]


@pytest.mark.parametrize("layer", ["collector checks", "resource limits", "closed to debuggers", "Landlock"])
def test_left_out_layers_are_missed(code: Path, layer: str) -> None:
    """A layer that is left out is really off, and is not reported as being on."""
    probes = {
        "collector checks": "import os; os.symlink('a', 'out/x.json'); open('out/a', 'w').write('x')",
        "resource limits": "import resource; assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256",
        "closed to debuggers": "import ctypes; assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) in (0, 1)",
        "Landlock": "import os; os.listdir('/')",
    }
    with Supervisor(code, *WARM, "--leave-out", layer, "--leave-out", "Landlock") as supervisor:
        answer = supervisor.run(probes[layer])

    assert "finished" == answer["ending"], answer["error"]
    assert not [on for on in answer["layers"] if on.startswith(layer)]
    assert ({"x.json": b"x"} if layer == "collector checks" else {}) == answer.artifacts


def test_deep_folders(code: Path) -> None:
    """Folders four thousand deep, and locked ones, are gone before the next run."""
    program = """
        import os
        home = os.getcwd()
        for _ in range(4000):
            os.mkdir('d'); os.chdir('d')
        os.chdir(home)
        os.mkdir('locked'); os.mkdir('locked/in'); os.chmod('locked', 0)
        os.chmod('out', 0); os.chmod('.', 0)
    """
    memory = Path("/dev/shm")  # noqa: S108 - like a container's box; on a disk this takes seconds
    box = Path(tempfile.mkdtemp(prefix="beginend-test-box-", dir=memory if memory.exists() else None))
    with Supervisor(code, *WARM, box=box) as supervisor:
        answer = supervisor.run(program, wall_seconds=30)

        assert ("finished", True) == (answer["ending"], answer["clean"])
        assert ("finished", True) == ((again := supervisor.run(""))["ending"], again["clean"])


def test_memory_between_runs(code: Path) -> None:
    """What stays in memory between runs is told, and a run with large artifacts leaves none of it behind."""
    program = "for n in range(3): open(f'out/{n}.npy', 'wb').write(bytes(20 << 20))"
    with Supervisor(code, *WARM) as supervisor:
        first = supervisor.run("")["resident_bytes"]
        large = supervisor.run(program)
        last = supervisor.run("")["resident_bytes"]

    assert 60 * MIB == sum(map(len, large.artifacts.values()))
    assert 0 < first < 100 * MIB
    assert abs(last - first) < 8 * MIB
    assert abs(large["resident_bytes"] - first) < 24 * MIB


def test_less_memory_than_the_place_has(code: Path) -> None:
    """A run is held to its own limit of memory, however much there is; a run within it is well."""
    program = "import time\nkept = bytearray(b'x') * (150 << 20)\ntime.sleep(0.3)"
    with Supervisor(code, *WARM) as supervisor:
        small = supervisor.run(program, memory_bytes=128 * MIB)
        large = supervisor.run(program, memory_bytes=256 * MIB)

    assert ["out_of_memory", "finished"] == [small["ending"], large["ending"]]


def test_memory_of_a_process_without_its_first_thread(code: Path) -> None:
    """A program cannot hide its memory by ending its first thread while another goes on."""
    program = """
    import ctypes, threading, time
    def hold():
        time.sleep(0.2)
        data = b"x" * (300 << 20)
        time.sleep(5)
        print(len(data), flush=True)
    threading.Thread(target=hold).start()
    ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[__import__("platform").machine()], 0)
    """
    with Supervisor(code, *WARM) as supervisor:
        reply = supervisor.run(program, memory_bytes=128 * MIB)

    assert ("out_of_memory", "") == (reply["ending"], reply["stdout"])


def test_waiting_is_not_answering(code: Path) -> None:
    """While a child waits the supervisor does nothing, so an idle place costs no processor."""
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ready()
        process = psutil.Process(supervisor.process.pid)
        before = process.num_ctx_switches().voluntary
        time.sleep(0.5)

        assert 2 >= process.num_ctx_switches().voluntary - before
