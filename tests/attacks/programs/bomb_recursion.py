# Aim: fall through the floor of the interpreter's stack. Safe: raised.
import sys


def build_model():
    sys.setrecursionlimit(1 << 30)
    thing = []
    for _ in range(3_000_000):
        thing = [thing]
    return repr(thing) and build_model()
