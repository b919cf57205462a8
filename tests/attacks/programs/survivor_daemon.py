# Aim: leave a process behind that outlives the run. Safe: failed.
import multiprocessing
import os
import subprocess
import sys

WAYS = {
    "fork": os.fork,
    "forkpty": os.forkpty,
    "spawn": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", "pass"], {}),
    "system": lambda: subprocess.run(["/bin/true"], check=True),
    "shell": lambda: subprocess.run("true", shell=True, check=True),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "multiprocessing": lambda: multiprocessing.get_context("fork").Process(target=print).start(),
}
for name, way in WAYS.items():
    try:
        if way() == 0:
            os._exit(0)
        print("ESCAPED: started a process by", name, flush=True)
    except (OSError, EOFError, subprocess.SubprocessError) as error:
        print("refused:", name, error)


def build_model():
    return None
