# Aim: stop oneself, so that neither end nor deadline comes. Safe: timed_out.
# Judged with: seconds 2.
import os
import signal


def build_model():
    os.kill(os.getpid(), signal.SIGSTOP)
