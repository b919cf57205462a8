# Aim: do nothing for ever. Safe: timed_out.
# Judged with: seconds 2.
import time


def build_model():
    time.sleep(10_000)
