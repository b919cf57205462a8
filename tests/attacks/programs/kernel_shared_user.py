# Aim: be the same user as the supervisor, and do to it what users may do to themselves. Safe: failed.
# Judged with: not process oneshot.
import os

above = os.stat(f"/proc/{os.getppid()}").st_uid
if os.getuid() == above:
    print("ESCAPED: is the same user as the supervisor", above)
if os.stat("..").st_uid == os.getuid():
    print("ESCAPED: owns the folder around its own")


def build_model():
    return None
