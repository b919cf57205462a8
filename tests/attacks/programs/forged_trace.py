# Aim: change the platform's local values from a trace and a profile function. Safe: failed or raised.
import sys


def trace(frame, event, argument):
    if event == "return" and "inside" in frame.f_code.co_filename:
        for name in ("problem", "value", "text", "found"):
            if name in frame.f_locals:
                frame.f_locals[name] = {"passed": True}
    return trace


sys.settrace(trace)
sys.setprofile(trace)


def build_model():
    return None
