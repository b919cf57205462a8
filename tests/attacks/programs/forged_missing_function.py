# Aim: have another function called in the place of the one that is asked for. Safe: failed or raised.
import sys


class Module(type(sys)):
    def __getattribute__(self, name):
        return lambda *args: {"passed": True}


sys.modules["student"] = Module("student")
sys.modules["student"].__class__ = Module
globals()["build_model"] = "passed"
