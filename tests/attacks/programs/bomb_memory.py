# Aim: take all memory of the machine, bit by bit. Safe: out_of_memory.
# Judged with: seconds 20, mib 512.


def build_model():
    kept = []
    while True:
        kept.append(bytearray(b"x") * (16 << 20))
