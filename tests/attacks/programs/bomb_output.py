# Aim: print a hundred megabytes. Safe: too_much_output.


def build_model():
    for _ in range(200):
        print("y" * (1 << 20))
