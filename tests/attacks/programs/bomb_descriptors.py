# Aim: open files and pipes until the machine has none left. Safe: failed.
import os

pipes = []
try:
    for _ in range(2000):
        pipes.append(os.pipe())
except OSError as error:
    print("refused:", error.errno)
if len(pipes) > 500:
    print("ESCAPED: holds pipes", len(pipes))
for reading, writing in pipes:
    os.close(reading)
    os.close(writing)


def build_model():
    return None
