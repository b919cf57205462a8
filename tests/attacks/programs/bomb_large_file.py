# Aim: make one file larger than any artifact may be. Safe: failed.
import os

for name in ("big", "out/model.json"):
    try:
        with open(name, "wb") as file:
            file.truncate(1 << 40)
        print("ESCAPED: made a file of a terabyte")
    except OSError as error:
        print("refused:", error.errno)
    try:
        with open(name, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, 1 << 36)
        print("ESCAPED: reserved a file of 64 gigabytes")
    except OSError as error:
        print("refused:", error.errno)
    os.unlink(name)


def build_model():
    return None
