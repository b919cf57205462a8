# Aim: leave another environment, folder, mask and limits to the next student. Safe: failed.
import ctypes
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)
for name in ("LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP", "TF_ENABLE_ONEDNN_OPTS", "KERAS_BACKEND", "OMP_NUM_THREADS"):
    os.environ[name] = "poison"
    libc.setenv(name.encode(), b"poison", 1)
os.umask(0)
for place in (".", "out", "student.py", ".."):
    try:
        os.chmod(place, 0o777)
    except OSError as error:
        print("refused:", place, error.errno)
os.makedirs("out/keras", exist_ok=True)
for place in ("keras.py", "out/keras/__init__.py"):
    try:
        with open(place, "w") as file:
            file.write("print('ESCAPED: the next program imported this')")
    except OSError as error:
        print("refused:", place, error.errno)
os.chdir("/")
try:
    os.nice(19)
except OSError as error:
    print("refused:", error.errno)
resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
resource.setrlimit(resource.RLIMIT_CPU, (4, 4))


def build_model():
    return None
