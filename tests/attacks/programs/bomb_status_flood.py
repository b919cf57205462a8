# Aim: keep the supervisor so busy listening that it forgets the time. Safe: timed_out.
# Judged with: seconds 2.
import os


def build_model():
    while True:
        for descriptor in (11, 10, 12, 13):
            try:
                os.write(descriptor, b'\n{"say": "event", "event": {}}' * 2000)
            except OSError:
                continue
