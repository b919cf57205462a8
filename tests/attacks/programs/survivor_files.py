# Aim: leave files where the next run, or somebody else, will find them. Safe: failed.
import os
import sys
import tempfile

PLACES = [
    "/tmp", "/var/tmp", "/dev/shm", "/run", "/", "/etc", "/usr/lib", "/box", "..", "../..", "../2", "../3",
    os.path.dirname(os.__file__), os.path.dirname(sys.modules["numpy"].__file__), os.path.expanduser("~root"),
]  # fmt: skip
for place in PLACES:
    try:
        with open(os.path.join(place, "beginend-was-here"), "w") as file:
            file.write("x")
        print("ESCAPED: left a file in", place)
    except OSError as error:
        print("refused:", place, error.errno)
    try:
        os.mkdir(os.path.join(place, "beginend-folder"))
        print("ESCAPED: left a folder in", place)
    except OSError as error:
        print("refused:", place, error.errno)
with tempfile.NamedTemporaryFile(delete=False) as file:
    file.write(b"stays")


def build_model():
    return None
