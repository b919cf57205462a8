# Aim: multiply by fork until nothing else fits on the machine. Safe: failed.
import os

for _ in range(50):
    try:
        pid = os.fork()
    except OSError as error:
        print("refused:", error.errno)
        continue
    if pid == 0:
        os._exit(0)
    print("ESCAPED: forked")
    os.waitpid(pid, 0)


def build_model():
    return None
