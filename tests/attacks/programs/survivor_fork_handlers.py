# Aim: leave handlers that run when the platform forks the next child. Safe: failed.
import atexit
import os
import threading


def linger():
    os.write(1, b"ESCAPED: a handler ran in the next run\n")


os.register_at_fork(before=linger, after_in_child=linger, after_in_parent=linger)
atexit.register(linger)
threading.Thread(target=threading.Event().wait, daemon=False).start()


def build_model():
    return None
