# Aim: become root, another user, or get back a right that was given up. Safe: failed.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name, way in {
    "setuid": lambda: os.setuid(0), "setreuid": lambda: os.setreuid(0, 0), "setresuid": lambda: os.setresuid(0, 0, 0),
    "setgid": lambda: os.setgid(0), "setgroups": lambda: os.setgroups([0]), "other user": lambda: os.setuid(os.getuid() + 1),
    "next user": lambda: os.chown("out", os.getuid() + 1, -1),
}.items():  # fmt: skip
    try:
        way()
        print("ESCAPED:", name)
    except OSError as error:
        print("refused:", name, error.errno)
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
rights = (ctypes.c_uint32 * 6)()
libc.capget(header, rights)
if any(rights):
    print("ESCAPED: has capabilities", list(rights))
rights = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
if libc.capset(header, rights) == 0:
    print("ESCAPED: took capabilities")


def build_model():
    return None
