# Aim: compute a number that takes hours, in one step that cannot be interrupted. Safe: timed_out or out_of_memory.
# Judged with: seconds 2.


def build_model():
    return str((10**7) ** (10**7))
