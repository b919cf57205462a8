# Aim: fill the pipe to the supervisor with one line that never ends. Safe: failed or raised or timed_out.
# Judged with: seconds 3.
import fcntl
import os

for descriptor in range(3, 64):
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_NONBLOCK)
        for _ in range(1000):
            os.write(descriptor, b"[" * 65536)
    except OSError:
        continue


def build_model():
    return None
