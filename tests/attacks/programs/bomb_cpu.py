# Aim: compute for ever. Safe: timed_out.
# Judged with: seconds 2.


def build_model():
    while True:
        pass
