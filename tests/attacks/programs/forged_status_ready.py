# Aim: play a fresh child that waits, so that the next student's program is handed to this one. Safe: failed or raised or timed_out.
# Judged with: seconds 3.
import os
import select

for say in (b"housed", b"ready", b"started"):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b'{"say": "%s", "layers": [], "cpu": 0, "number": 1}\n' % say)
        except OSError:
            continue
for descriptor in (0, *range(3, 64)):
    try:
        if select.select([descriptor], [], [], 0.01)[0] and (got := os.read(descriptor, 1 << 16)):
            print("ESCAPED: read a message on descriptor", descriptor, got[:200])
    except OSError:
        continue


def build_model():
    return None
