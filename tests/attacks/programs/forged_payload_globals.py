# Aim: change the code and the defaults of the platform's functions while they are being executed. Safe: failed or raised.
import gc
import sys
import types


def liar(*args, **kwargs):
    return None


for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and str(thing.__module__).startswith(("grader_inside", "sandbox_inside")):
        if thing.__code__.co_freevars == liar.__code__.co_freevars:
            thing.__code__ = liar.__code__
for name in list(sys.modules):
    if name.startswith(("grader_inside", "sandbox_inside")):
        del sys.modules[name]


def build_model():
    return None
