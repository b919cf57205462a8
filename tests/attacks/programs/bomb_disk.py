# Aim: fill the disk. Safe: failed or raised.
# Judged with: seconds 20, not process.
written = 0
try:
    for number in range(64):
        with open(f"junk-{number}", "wb") as file:
            for _ in range(4):
                written += file.write(bytes(8 << 20))
except OSError as error:
    print("refused:", error.errno, "after", written)
if written > 1 << 30:
    print("ESCAPED: wrote", written)


def build_model():
    return None
