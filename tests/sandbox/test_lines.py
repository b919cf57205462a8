"""The lines to a supervisor, by a socket with the engine's frames and by pipes: split, cut, flooded, silent."""

import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from sandbox.attach import Line
from sandbox.cells import CellGone, CellSilent
from sandbox.pipes import Pipes

STDOUT, STDERR = 1, 2


def frame(content: bytes, stream: int = STDOUT) -> bytes:
    """Put bytes into a frame as the engine does."""
    return struct.pack(">BxxxI", stream, len(content)) + content


def soon() -> float:
    """Give a deadline that is near."""
    return time.monotonic() + 0.05


def later() -> float:
    """Give a deadline that is far enough for a busy machine."""
    return time.monotonic() + 10


@pytest.fixture
def ends() -> Iterator[tuple[Line, socket.socket]]:
    """Give a line and the engine's end of it."""
    near, far = socket.socketpair()
    line = Line(near)
    yield line, far
    line.close()
    far.close()


@pytest.mark.parametrize("size", [1, 3, 8, 9, 1000])
def test_split_anywhere(ends: tuple[Line, socket.socket], size: int) -> None:
    """However the stream is cut into pieces, stdout comes out whole and stderr does not get into it."""
    line, far = ends
    stream = frame(b"hel") + frame(b"warning", STDERR) + frame(b"") + frame(b"lo") + frame(b"!" * 500)

    def dribble() -> None:
        for at in range(0, len(stream), size):
            far.sendall(stream[at : at + size])

    writer = threading.Thread(target=dribble)
    writer.start()

    assert (b"hell", b"o" + b"!" * 500) == (line.read(4, later()), line.read(501, later()))
    writer.join()


def test_cut(ends: tuple[Line, socket.socket]) -> None:
    """A connection that ends is a container that has gone; what it last complained of is quoted."""
    line, far = ends
    far.sendall(frame(b"it hurts", STDERR) + frame(b"half"))
    far.close()

    with pytest.raises(CellGone, match="it hurts"):
        line.read(100, later())
    assert not line.is_quiet()
    with pytest.raises(CellGone):
        line.send(bytes(10 << 20), later())


def test_silence(ends: tuple[Line, socket.socket]) -> None:
    """Nothing is waited for beyond its deadline, neither words nor room for them."""
    line, _ = ends

    with pytest.raises(CellSilent):
        line.read(1, soon())
    with pytest.raises(CellSilent):
        line.send(bytes(64 << 20), soon())


def test_dribble_does_not_stretch_the_deadline(ends: tuple[Line, socket.socket]) -> None:
    """A byte now and then does not keep anybody waiting past the deadline."""
    line, far = ends
    stop = threading.Event()

    def dribble() -> None:
        while not stop.wait(0.01):
            far.sendall(frame(b"x", STDERR))

    writer = threading.Thread(target=dribble)
    writer.start()
    with pytest.raises(CellSilent):
        line.read(1, soon())
    stop.set()
    writer.join()


def test_quiet(ends: tuple[Line, socket.socket]) -> None:
    """Warnings are no words: only what comes to stdout unasked breaks the quiet, and does so for good."""
    line, far = ends

    assert line.is_quiet()

    far.sendall(frame(b"deprecated", STDERR))

    assert line.is_quiet()

    far.sendall(frame(b"!"))

    assert (False, False) == (line.is_quiet(), line.is_quiet())


def test_closed_while_somebody_reads(ends: tuple[Line, socket.socket]) -> None:
    """Hanging up wakes whoever reads."""
    line, _ = ends
    closer = threading.Timer(0.05, line.close)
    closer.start()
    with pytest.raises(CellGone):
        line.read(1, later())
    closer.join()

    assert not line.is_quiet()
    with pytest.raises(CellGone):
        line.read(1, later())


@pytest.fixture
def cat() -> Iterator["subprocess.Popen[bytes]"]:
    """Give a process that repeats what it hears."""
    program = "import os\nwhile data := os.read(0, 1 << 16): os.write(1, data)"
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()


def test_pipes(cat: "subprocess.Popen[bytes]") -> None:
    """Pipes carry bytes both ways, keep deadlines, and show the end of the process."""
    pipes = Pipes(cat)
    assert pipes.is_quiet()
    pipes.send(b"hello", later())

    assert b"hello" == pipes.read(5, later())
    with pytest.raises(CellSilent):
        pipes.read(1, soon())
    assert pipes.is_quiet()

    cat.kill()
    cat.wait()

    assert not pipes.is_quiet()
    with pytest.raises(CellGone):
        pipes.read(1, later())
    with pytest.raises(CellGone):
        pipes.send(b"x", later())
    pipes.close()
    assert not pipes.is_quiet()
    with pytest.raises(CellGone, match="removed"):
        pipes.read(1, later())
