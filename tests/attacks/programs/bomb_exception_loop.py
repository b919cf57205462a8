# Aim: raise an exception that never finishes saying what it is. Safe: timed_out.
# Judged with: seconds 2.


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def build_model():
    raise Endless
