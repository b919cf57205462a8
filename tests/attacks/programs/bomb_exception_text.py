# Aim: raise an exception whose text is hundreds of megabytes. Safe: raised or out_of_memory.
# Judged with: seconds 10.


def build_model():
    raise ValueError("x" * 300_000_000)
