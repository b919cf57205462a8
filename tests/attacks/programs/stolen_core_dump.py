# Aim: leave an image of this process' memory, which began as a copy of the platform's. Safe: raised.
import os
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("ESCAPED: may leave an image of its memory", flush=True)
except (OSError, ValueError) as error:
    print("refused:", error, flush=True)


def build_model():
    os.abort()
