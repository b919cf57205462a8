"""What a hostile program tries, and does not get, in both sandboxes."""

import json
from collections.abc import Callable

import pytest

from sandbox import Ending, Limits, RunOutcome

MIB = 1 << 20

Run = Callable[..., RunOutcome]

REFUSED = {
    "fork": "os.fork()",
    "program": "subprocess.run(['true'])",
    "shell": "os.execv('/bin/sh', ['sh'])",
    "internet socket": "socket.socket()",
    "unix socket": "socket.socket(socket.AF_UNIX)",
    "netlink socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "shadow": "open('/etc/shadow').read()",
    "passwords of others": "os.listdir('/root')",
    "supervisor's memory": "open(f'/proc/{os.getppid()}/mem', 'rb')",
    "supervisor's environment": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "own memory by file": "open('/proc/self/mem', 'r+b')",
    "kill the supervisor": "os.kill(os.getppid(), 9)",
    "kill everybody": "os.kill(-1, 9)",
    "kill the group": "os.killpg(os.getppid(), 9)",
    "supervisor's limits": "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (1, 1))",
    "raise own limits": "resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)",
    "write beside the box": "open('../other', 'w')",
    "write to the code": "open(sys.modules['sandbox_test_payload'].__file__, 'a')",
    "write to tmp": "open('/tmp/left-behind', 'w')",
    "become root": "os.setuid(0)",
    "become another": "os.setuid(12345)",
    "mount": "ok(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
    "namespace": "ok(libc.unshare(0x10000000))",
    "chroot": "os.chroot('.')",
    "trace the supervisor": "ok(libc.ptrace(16, os.getppid(), 0, 0))",
    "be traced": "ok(libc.prctl(4, 1, 0, 0, 0))",
    "outlive the supervisor": "ok(libc.prctl(1, 0, 0, 0, 0))",
    "anonymous file": "os.memfd_create('x')",
    "shared memory": "ok(libc.shmget(1, 4096, 0o1777))",
    "io_uring": "ok(libc.syscall(425, 1, None))",
    "bpf": "ok(libc.syscall(321, 0, None, 0))",
    "keyring": "ok(libc.syscall(250, 0, -1))",
    "handle": "os.pidfd_open(os.getppid())",
    "device": "os.mknod('device', 0o666 | 0o020000, os.makedev(1, 1))",
    "raise priority": "os.setpriority(os.PRIO_PROCESS, 0, -5)",
    "oom score": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
}

TRY_ALL = """
import ctypes, json, os, resource, socket, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
def ok(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
got = []
for name, line in arguments["code_of"].items():
    try:
        exec(line)
        got.append(name)
    except (OSError, ValueError):
        pass
json.dump(got, open("out/got.json", "w"))
"""


def test_everything_refused(run: Run) -> None:
    """No door that leads out of the box opens, and trying does not end the program."""
    outcome = run(f"arguments['code_of'] = {REFUSED!r}\n{TRY_ALL}")

    assert (Ending.FINISHED, []) == (outcome.ending, json.loads(outcome.artifacts["got.json"]))


def test_other_architecture_is_a_violation(run: Run) -> None:
    """A call through the 32-bit door, which no ordinary program makes, ends the run as a violation."""
    code = """
        import ctypes, mmap
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))  # mov eax, 20 (getpid of i386); int 0x80; ret
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    """

    assert Ending.VIOLATION == run(code).ending


def test_fork_bomb_of_threads(run: Run) -> None:
    """Threads run out before the machine does."""
    code = """
        import threading, time
        while True:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    """
    outcome = run(code, limits=Limits(wall_seconds=5))

    assert outcome.ending in {Ending.RAISED, Ending.TIMED_OUT, Ending.OUT_OF_MEMORY}


def test_environment(run: Run) -> None:
    """The program sees the pinned variables and nothing of the machine's."""
    outcome = run("import json, os; json.dump(dict(os.environ), open('out/e.json', 'w'))")
    seen = json.loads(outcome.artifacts["e.json"])
    own = {"HOME", "TMPDIR", "KERAS_HOME", "MPLCONFIGDIR", "PATH", "LANG", "TERM"}
    pinned = {
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_ENABLE_ONEDNN_OPTS": "1",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONHASHSEED": "0",
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
    }

    assert pinned == {name: value for name, value in seen.items() if name not in own}


def test_hash_seed(run: Run) -> None:
    """Sets come in the same order in every run."""
    code = "import json; json.dump(hash('a string'), open('out/h.json', 'w'))"

    assert run(code).artifacts == run(code).artifacts


@pytest.mark.parametrize(
    "made",
    [
        "os.symlink('/etc/passwd', 'out/x.json')",
        "os.mkfifo('out/x.json')",
        "open('a', 'w').write('1'); os.link('a', 'out/x.json')",
        "open('out/x.json', 'wb').truncate(5 << 20)",
        "os.mkdir('out/x.json')",
        "os.rmdir('out'); os.symlink('/etc', 'out')",
        "os.rmdir('out'); open('out', 'w')",
        "shutil.rmtree(os.getcwd(), ignore_errors=True)",
    ],
)
def test_no_artifact(run: Run, made: str) -> None:
    """Only plain, single-linked, small enough files come back; anything else is as if it were not there."""
    code = f"import os, shutil\ntry:\n    {made}\nexcept OSError: pass  # refused already, where there is Landlock"
    outcome = run(code, artifacts=("*",), limits=Limits(artifact_bytes=4 * MIB))

    assert (Ending.FINISHED, {}) == (outcome.ending, outcome.artifacts)


def test_artifact_limits(run: Run) -> None:
    """Number and size of all artifacts are limited; the first by name are taken."""
    code = "for n in range(10): open(f'out/{n}.json', 'w').write('x' * 1000)"
    few = run(code, limits=Limits(artifact_count=3))
    small = run(code, limits=Limits(artifacts_bytes=2500))

    assert ["0.json", "1.json", "2.json"] == list(few.artifacts)
    assert ["0.json", "1.json"] == list(small.artifacts)


def test_strange_boxes_are_wiped(run: Run) -> None:
    """Deep, locked and crowded folders neither hurt the collector nor hide an artifact."""
    code = """
        import os
        open('out/x.json', 'w').write('1')
        for number in range(500):
            open(f'out/{number}.junk', 'w')
        here = os.getcwd()
        for _ in range(1500):
            os.mkdir('d'); os.chdir('d')
        os.chdir(here)
        os.mkdir('locked'); os.mkdir('locked/in'); os.chmod('locked', 0)
    """
    outcome = run(code)

    assert (Ending.FINISHED, {"x.json": b"1"}) == (outcome.ending, outcome.artifacts)


def test_full_disk(run: Run) -> None:
    """A program that fills its box gets an error; the files before it come back."""
    code = """
        open('out/x.json', 'w').write('1')
        with open('big', 'wb') as file:
            for _ in range(100):
                file.write(bytes(8 << 20))
    """
    outcome = run(code)

    assert outcome.error is not None
    assert (Ending.RAISED, "OSError", {"x.json": b"1"}) == (outcome.ending, outcome.error.type, outcome.artifacts)
