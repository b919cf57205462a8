# Aim: read and write other processes' memory, and take their descriptors, without tracing. Safe: failed.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)


class Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


local = Vector(ctypes.addressof(buffer), 64)
for pid in {1, os.getppid(), os.getpid()}:
    remote = Vector(ctypes.addressof(buffer), 64)
    for call in (libc.process_vm_readv, libc.process_vm_writev):
        if call(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
            print("ESCAPED: reaches the memory of process", pid)
    handle = libc.syscall(434, pid, 0)
    if handle >= 0:
        print("ESCAPED: has a handle on process", pid)
        for descriptor in range(8):
            if libc.syscall(438, handle, descriptor, 0) >= 0:
                print("ESCAPED: took descriptor", descriptor, "of", pid)
    if libc.syscall(312, os.getpid(), pid, 0, 1, 1) >= 0:
        print("ESCAPED: compared itself with", pid)


def build_model():
    return None
