# Aim: set timers, alarms and handlers that go off in somebody else's run. Safe: failed.
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.signal(signal.SIGVTALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.5, 0.05)
signal.setitimer(signal.ITIMER_VIRTUAL, 0.5, 0.05)
timer = ctypes.c_void_p()
libc.timer_create(1, None, ctypes.byref(timer))
for pid in {1, os.getppid()}:
    for number in (signal.SIGSTOP, signal.SIGUSR1, signal.SIGCHLD, 0):
        try:
            os.kill(pid, number)
            print("ESCAPED: sent a signal to", pid)
        except OSError as error:
            print("refused:", pid, error.errno)
for whom in (-1, 0, -os.getppid()):
    try:
        os.kill(whom, 0)
        print("ESCAPED: sent a signal to a group")
    except OSError as error:
        print("refused:", whom, error.errno)


def build_model():
    return None
