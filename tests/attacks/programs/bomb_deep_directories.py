# Aim: dig folders deeper than whoever cleans up can climb. Safe: failed.
import os

here = os.getcwd()
try:
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
except OSError as error:
    print("refused:", error.errno)
os.chdir(here)
os.makedirs("locked/in")
os.chmod("locked", 0)
os.chmod("out", 0o500)
os.chmod("out", 0o700)


def build_model():
    return None
