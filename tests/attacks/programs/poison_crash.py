# Aim: die by every signal there is in C, so that the next child starts from ruins. Safe: raised.
import ctypes
import os
import signal


def build_model():
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.closerange(3, 12)
    ctypes.string_at(0)
