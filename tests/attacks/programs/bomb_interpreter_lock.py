# Aim: hold the interpreter's lock in C for ever, so that nothing of Python's can run. Safe: timed_out.
# Judged with: seconds 2.
import ctypes


def build_model():
    ctypes.PyDLL(None).sleep(10_000)
