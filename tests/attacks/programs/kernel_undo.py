# Aim: take the doors off again: lift the filter, the path rules, the ban on new rights. Safe: failed.
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(39, 0, 0, 0, 0) == 0:
    print("ESCAPED: new rights may be gained")
for option, value, name in ((22, 0, "filter"), (38, 0, "new rights"), (4, 1, "debuggers"), (28, 0, "bits")):
    if libc.prctl(option, value, 0, 0, 0) == 0:
        print("ESCAPED: undid", name)
if libc.syscall(317, 1, 8, None) >= 0:
    print("ESCAPED: has a listener on the filter")
if libc.syscall(135, 0x0400000) != -1:
    print("ESCAPED: has another personality")


def build_model():
    return None
