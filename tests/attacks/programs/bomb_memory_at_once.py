# Aim: take more memory than any machine has, in one piece. Safe: out_of_memory.


def build_model():
    return bytearray(1 << 46)
