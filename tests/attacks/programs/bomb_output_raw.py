# Aim: pour bytes that are no text into both outputs, past Python. Safe: too_much_output.
import os


def build_model():
    while True:
        os.write(2, b"\x1b]\xff\x00\r" * 10_000)
        os.write(1, b"\x1b[999999999" * 10_000)
