# Aim: leave the session and the group that is killed at the end, and the parent's care. Safe: failed.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name, way in {
    "setsid": os.setsid,
    "setpgid": lambda: os.setpgid(0, os.getppid()),
    "setpgid of the parent": lambda: os.setpgid(os.getppid(), 0),
}.items():
    try:
        way()
        print("ESCAPED:", name)
    except OSError as error:
        print("refused:", name, error.errno)
if libc.prctl(1, 0, 0, 0, 0) == 0:
    print("ESCAPED: need not die with the supervisor")
if libc.prctl(4, 1, 0, 0, 0) == 0:
    print("ESCAPED: may be debugged again")


def build_model():
    return None
